import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCdrCloser, type CdrCloser } from '../../../src/freeswitch/cdr/closer.ts';
import { readJsonCdr } from '../../../src/freeswitch/cdr/json-cdr.ts';
import { systemClock as clock } from '../../../src/words/clock.ts';
import type { CdrLeg } from '../../../src/freeswitch/cdr/leg.ts';
import { openLocalStore, type LocalStore } from '../../../src/store/sqlite/store.ts';

const recordings = join(import.meta.dirname, '..', '..', 'recordings', 'freeswitch-wire', 'json_cdr');

type Changes = { caller?: Record<string, string>; callee?: Record<string, string> };

/** The two legs of a recorded call; the caller's says that a controller had it, as where it died before it placed the call. */
function legsOf(name: string, changes: Changes = {}): { caller: CdrLeg; callee: CdrLeg } {
  const legs = readdirSync(join(recordings, name)).map((file) => {
    const cdr = JSON.parse(readFileSync(join(recordings, name, file), 'utf8')) as { variables: Record<string, string> };
    const isCaller = cdr.variables['direction'] === 'inbound';
    if (isCaller) cdr.variables['billing_call_id'] = cdr.variables['uuid'] ?? '';
    Object.assign(cdr.variables, isCaller ? changes.caller : changes.callee);
    const read = readJsonCdr(`${JSON.stringify(cdr)}\n`, true, Date.now());
    if (read.kind !== 'leg') throw new Error(read.kind);
    return read.leg;
  });
  const [caller] = legs.filter(({ side }) => side === 'caller');
  const [callee] = legs.filter(({ side }) => side === 'callee');
  if (caller === undefined || callee === undefined) throw new Error(`${name} has not two legs`);
  return { caller, callee };
}

let folder: string;
let store: LocalStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-closer-'));
  store = await openLocalStore({ file: join(folder, 'billing-codes.db') });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `onDisk`: what the CDR folder has. */
function closerWith(patienceMs: number, onDisk: readonly CdrLeg[] = []): CdrCloser {
  return createCdrCloser({
    ...{ store, clock, controller: 'c1', patienceMs },
    findAccount: () => Promise.resolve(null),
    findPhone: () => Promise.resolve(null),
    unserved: () => undefined,
    served: () => null,
    findCdrs: (legIds) => Promise.resolve(onDisk.filter(({ legId }) => legIds.includes(legId))),
  });
}

const cases = {
  'answered-caller-hangs-up': { outcome: 'answered', billableMs: 3240, hangupCause: 'NORMAL_CLEARING' },
  'answered-callee-hangs-up': { outcome: 'answered', billableMs: 1000, hangupCause: 'NORMAL_CLEARING' },
  busy: { outcome: 'busy', billableMs: 0, hangupCause: 'USER_BUSY' },
  'early-media-never-answered': { outcome: 'cancelled', billableMs: 0, hangupCause: 'ORIGINATOR_CANCEL' },
  'caller-hangs-up-while-ringing': { outcome: 'cancelled', billableMs: 0, hangupCause: 'ORIGINATOR_CANCEL' },
};

describe.each(Object.entries(cases))(
  'the CDRs of %s, where only the caller’s tells that it is ours',
  (name, expected) => {
    const closed = { ...expected, estimated: false, closedBy: 'json-cdr' };

    it('close it, the caller’s first', async () => {
      const { caller, callee } = legsOf(name);
      const closer = closerWith(60_000);
      await Promise.all([closer.take(caller), closer.take(callee)]);
      expect(await store.findCallRecord(caller.callId)).toMatchObject(closed);
    });

    it('close it, the callee’s first', async () => {
      const { caller, callee } = legsOf(name);
      const closer = closerWith(60_000);
      await closer.take(callee);
      await closer.take(caller);
      expect(await store.findCallRecord(caller.callId)).toMatchObject(closed);
    });

    it('close it if the callee’s was put aside as another call’s long before', async () => {
      const { caller, callee } = legsOf(name);
      expect(await closerWith(1).take(callee)).toBe('foreign');
      await closerWith(60_000, [callee]).take(caller);
      expect(await store.findCallRecord(caller.callId)).toMatchObject(closed);
    });
  },
);

it.each(['PICKED_OFF', 'ATTENDED_TRANSFER'])(
  'the CDR of a caller whose place somebody took (%s) closes nothing: that of the callee, later, does',
  async (cause) => {
    const changes = { originate_disposition: 'ORIGINATOR_CANCEL', hangup_cause: cause };
    const { caller, callee } = legsOf('answered-callee-hangs-up', { caller: changes });
    const closer = closerWith(20);
    expect(await closer.take(caller)).toBe('taken');
    expect(await store.findCallRecord(caller.callId)).toBeNull();
    await closer.take({ ...callee, facts: caller.facts });
    expect(await store.findCallRecord(caller.callId)).toMatchObject({ outcome: 'answered', billableMs: 1000 });
  },
);

describe('a call that was picked off while it rang is cancelled, whatever FreeSWITCH ends the other leg by', () => {
  const changes = {
    caller: { originate_disposition: 'ORIGINATOR_CANCEL', hangup_cause: 'PICKED_OFF' },
    callee: { hangup_cause: 'DESTINATION_OUT_OF_ORDER' },
  };
  const cancelled = { outcome: 'cancelled', reason: null, billableMs: 0, hangupCause: 'DESTINATION_OUT_OF_ORDER' };

  it.each([
    ['the caller’s first', ['caller', 'callee'], false],
    ['the callee’s first', ['callee', 'caller'], false],
    ['the caller’s long before', ['callee'], true],
  ] as const)('%s', async (_how, order, onDisk) => {
    const { caller, callee } = legsOf('caller-hangs-up-while-ringing', changes);
    const legs = { caller, callee: { ...callee, facts: caller.facts } };
    const closer = closerWith(60_000, onDisk ? [caller] : []);
    await Promise.all(order.map((side) => closer.take(legs[side])));
    expect(await store.findCallRecord(caller.callId)).toMatchObject(cancelled);
  });
});

describe('the CDR of a caller whose callee’s never comes', () => {
  it('tells by itself that there was only early media: nothing is billed', async () => {
    const { caller } = legsOf('early-media-never-answered');
    await closerWith(60_000).take(caller);
    expect(await store.findCallRecord(caller.callId)).toMatchObject({
      ...{ outcome: 'cancelled', billableMs: 0, answeredAtMs: null, estimated: false },
      hangupCause: 'ORIGINATOR_CANCEL',
    });
  });

  it('leaves an estimate of an answered call, which the callee’s corrects if it comes after all', async () => {
    const { caller, callee } = legsOf('answered-caller-hangs-up');
    await closerWith(20).take(caller);
    const guess = await store.findCallRecord(caller.callId);
    expect(guess).toMatchObject({ outcome: 'answered', reason: 'connection-lost', estimated: true });
    await closerWith(20).take(callee);
    expect(await store.findCallRecord(caller.callId)).toMatchObject({
      billableMs: 3240,
      estimated: false,
      reason: null,
    });
  });

  it('is not combined with the end of another attempt', async () => {
    const { caller, callee } = legsOf('answered-caller-hangs-up', { caller: { billing_callee_leg_id: 'the-other' } });
    const closer = closerWith(100);
    await Promise.all([closer.take(caller), closer.take(callee)]);
    expect(await store.findCallRecord(caller.callId)).toMatchObject({ estimated: true });
  });
});
