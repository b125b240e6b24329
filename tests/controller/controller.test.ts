import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../src/words/call-record.ts';
import type { FarEnd } from '../../src/simulator/far-end.ts';
import { createSimulator, type SimulatedCall, type Simulator } from '../../src/simulator/freeswitch.ts';
import type { CallResult, CallScript } from '../../src/simulator/script.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';
import { randomFrom, seed, seedText } from '../support/random.ts';

let controller: TestController;
let simulator: Simulator;

beforeAll(async () => {
  controller = await startTestController({
    ...{ 'call.ringSeconds': '1', 'log.level': 'warn' },
    // One phone keys all the wrong codes here.
    ...{ 'guessing.phoneLimit': '0', 'guessing.siteLimit': '0' },
  });
  await controller.store.addAccount(account('12345'));
  simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
});
afterAll(async () => {
  simulator.close();
  await controller.dispose();
});

const closedRecord = (callId: string): Promise<CallRecord> =>
  eventually(async () => {
    const record = await controller.store.findCallRecord(callId);
    return record?.endedAtMs == null ? null : record;
  });

const number = '8016424655';

function randomScript(pick: (below: number) => number): CallScript {
  const completes = (['at-once', 'before-callers', 'after-callers'] as const)[pick(3)] ?? 'at-once';
  const talk = { talkMs: pick(300), hangsUp: pick(2) === 0 ? ('caller' as const) : ('callee' as const) };
  const farEnds: FarEnd[] = [
    { kind: 'answers', afterMs: pick(200), ...talk, calleeCompletes: completes },
    { kind: 'answers', afterMs: pick(200), ...talk },
    { kind: 'refuses', status: 486, afterMs: pick(100) },
    { kind: 'refuses', status: 404 },
    { kind: 'rings' },
    { kind: 'rings', callerGivesUpAfterMs: pick(300) },
    { kind: 'early-media', lastsMs: pick(300), hangsUp: pick(2) === 0 ? 'caller' : 'callee' },
    { kind: 'gateway-down' },
  ];
  const ways: Pick<CallScript, 'dialled' | 'keys'>[] = [
    { dialled: '8', keys: ['12345#', `${number}#`] },
    { dialled: '9', keys: [`12345**${number}#`] },
    { dialled: number, keys: ['12345#'] },
    { dialled: '9', keys: [`99999**${number}#`, '12345#'] },
    { dialled: '8', keys: ['99999#', '88888#', '77777#'] },
    { dialled: '8', keys: [{ digits: '123', thenHangUp: true }] },
  ];
  const way = ways[pick(ways.length)] ?? { dialled: '8' };
  const farEnd = farEnds[pick(farEnds.length)] ?? { kind: 'rings' };
  return { ...way, farEnd, outOfKeys: 'hang-up' };
}

/** Places a random call; one in five callers hangs up somewhere after the first prompt. */
function placeRandomCall(pick: (below: number) => number): SimulatedCall {
  const impatient = pick(5) === 0;
  const afterMs = pick(800);
  let waits = impatient;
  const call = simulator.placeCall({
    ...randomScript(pick),
    onDialogue(event) {
      if (!waits || event.kind !== 'heard') return;
      waits = false;
      setTimeout(() => call.hangUp(), afterMs);
    },
  });
  return call;
}

/** What the record must say, from what FreeSWITCH knows to have happened. */
function check(record: CallRecord, truth: CallResult): void {
  expect(record.billableMs).toBe(truth.billableMs);
  expect(record.estimated).toBe(false);
  expect(record.outcome === 'answered').toBe(truth.answered);
  // A caller may hang up between the decision and the bridge: allowed, and never placed.
  const neverPlaced = record.outcome === 'cancelled' && truth.calledNumber === null;
  if (!neverPlaced) expect(record.calledNumber).toBe(truth.calledNumber);
  if (truth.calledNumber !== null) expect(record).toMatchObject({ code: '12345', calledE164: `+1${number}` });
  switch (record.outcome) {
    case 'answered':
    case 'busy':
    case 'no-answer':
    case 'failed':
    case 'cancelled':
      expect(truth.calledNumber !== null || neverPlaced).toBe(true);
      if (truth.calleeHangupCause !== null) expect(record.hangupCause).toBe(truth.calleeHangupCause);
      break;
    case 'refused':
      expect(record.reason).toBe('code-unknown');
      // Unless the caller was gone before the last words.
      if (truth.endedBy !== 'caller') {
        expect(truth.heard.at(-1)?.file).toBe('phrase:billing_farewell:goodbye:code-unknown');
      }
      break;
    case 'abandoned':
      expect(truth).toMatchObject({ calledNumber: null, endedBy: 'caller' });
      break;
    case 'interrupted':
    case null:
      throw new Error(`outcome ${record.outcome ?? 'null'} cannot be`);
  }
}

describe('the controller', () => {
  it('serves 200 simultaneous calls with random ends: 200 records, each right', async () => {
    const pick = randomFrom(seed);
    const calls = Array.from({ length: 200 }, () => placeRandomCall(pick));
    const truths = await Promise.all(calls.map(({ finished }) => finished));
    for (const truth of truths) expect({ callId: truth.callId, served: truth.served }).toMatchObject({ served: true });
    for (const truth of truths) {
      const record = await closedRecord(truth.callId);
      try {
        check(record, truth);
      } catch (error) {
        throw new Error(`${seedText}: ${JSON.stringify({ record, truth })}`, { cause: error });
      }
    }
    const ids = new Set(truths.map(({ callId }) => callId));
    const records = (await controller.store.listCallRecords({ limit: 1000 })).filter(({ callId }) => ids.has(callId));
    expect(records).toHaveLength(200);
    await eventually(() => Promise.resolve(controller.liveCalls() === 0 ? true : null));
    expect(simulator.channelCount()).toBe(0);
  });

  it('drains: takes no new call, and lets a live call end', async () => {
    const draining = await startTestController({ 'log.level': 'warn' });
    await draining.store.addAccount(account('12345'));
    const freeswitch = createSimulator({ controllers: `127.0.0.1:${draining.port}` });
    const live = freeswitch.placeCall({
      dialled: '9',
      keys: [`12345**${number}#`],
      farEnd: { kind: 'answers', afterMs: 50, talkMs: 600, hangsUp: 'callee' },
    });
    await eventually(async () => ((await draining.store.listCallRecords({ open: true })).length === 1 ? true : null));
    const stopped = draining.stop(10_000);
    const late = await freeswitch.placeCall({ dialled: '9' }).finished;
    expect(late.served).toBe(false);
    expect((await live.finished).billableMs).toBeGreaterThanOrEqual(580);
    expect(await stopped).toEqual({ unfinishedCalls: 0, unwrittenRecords: 0 });
    freeswitch.close();
    await draining.dispose();
  });

  it('lets a caller who is keying finish, and leaves the conversation to FreeSWITCH with an open record', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'billing-codes-drain-'));
    const flags = { 'log.level': 'warn', 'cdr.dir': join(folder, 'cdr'), 'http.port': '0' };
    mkdirSync(flags['cdr.dir']);
    const draining = await startTestController(flags);
    await draining.store.addAccount(account('12345'));
    const cdrs: string[] = [];
    const freeswitch = createSimulator({
      controllers: `127.0.0.1:${draining.port}`,
      onCdr: ({ legId, text }) => {
        writeFileSync(join(flags['cdr.dir'], `${legId}.cdr.json`), text);
        cdrs.push(legId);
      },
    });
    const farEnd: FarEnd = { kind: 'answers', afterMs: 50, talkMs: 2500, hangsUp: 'callee' };
    let talks = 0;
    const onDialogue: CallScript['onDialogue'] = ({ kind }) => (talks += kind === 'answered' ? 1 : 0);
    const talking = freeswitch.placeCall({ dialled: '9', keys: [`12345**${number}#`], farEnd, onDialogue });
    const keying = freeswitch.placeCall({
      ...{ dialled: '8', keys: ['12345#', `${number}#`], keyIntervalMs: 60, farEnd, onDialogue },
    });
    await eventually(() => Promise.resolve(talks === 1 ? true : null));
    expect(draining.liveCalls()).toBe(2);
    const health = `http://127.0.0.1:${draining.webAddress()?.port ?? 0}`;
    expect((await fetch(`${health}/readyz`)).status).toBe(200);

    const stopped = draining.stop(20_000);
    const readiness = await fetch(`${health}/readyz`);
    expect({ status: readiness.status, body: await readiness.json() }).toMatchObject({
      ...{ status: 503, body: { status: 'draining', draining: true, liveCalls: 1 } },
    });
    expect((await fetch(`${health}/healthz`)).status).toBe(200);
    expect(await stopped).toEqual({ unfinishedCalls: 0, unwrittenRecords: 0 });
    expect(talks).toBe(2);
    // Gone while both talk; nothing was cut.
    expect(freeswitch.channelCount()).toBe(4);
    const file = join(draining.folder, 'billing-codes.db');
    const left = await openLocalStore({ file });
    const open = await left.listCallRecords({ open: true });
    expect(open.map(({ callId }) => callId).sort()).toEqual([talking.callId, keying.callId].sort());
    for (const record of open) {
      expect(record).toMatchObject({ accountName: 'Account 12345', calledNumber: number, outcome: null });
      expect(await left.findHeartbeat(record.callId)).toMatchObject({ answeredAtMs: record.answeredAtMs });
    }

    const ends = await Promise.all([talking.finished, keying.finished]);
    for (const { billableMs } of ends) expect(billableMs).toBeGreaterThanOrEqual(2480);
    const next = await startTestController({ ...flags, 'data.dir': draining.folder });
    for (const { callId, billableMs } of ends) {
      const record = await eventually(async () => {
        const found = await left.findCallRecord(callId);
        return found?.endedAtMs == null ? null : found;
      });
      expect(record).toMatchObject({ outcome: 'answered', billableMs, estimated: false, closedBy: 'json-cdr' });
    }
    expect(cdrs).toHaveLength(4);
    await left.close();
    freeswitch.close();
    await next.dispose();
    await draining.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('cuts off the calls that are left at the deadline, with a record', async () => {
    const draining = await startTestController({ 'log.level': 'warn' });
    await draining.store.addAccount(account('12345'));
    const freeswitch = createSimulator({ controllers: `127.0.0.1:${draining.port}`, afterSocket: 'silence' });
    freeswitch.placeCall({ dialled: '8' });
    await eventually(() => Promise.resolve(draining.liveCalls() === 1 ? true : null));
    expect(await draining.stop(100)).toEqual({ unfinishedCalls: 1, unwrittenRecords: 0 });
    freeswitch.close();
    await draining.dispose();
  });
});

describe('the farewell', () => {
  it('is heard to the end before the call is hung up', async () => {
    const freeswitch = createSimulator({
      controllers: `127.0.0.1:${controller.port}`,
      promptMs: (file) => (file.includes('farewell') ? 700 : 0),
    });
    const { hangupCause, heard, endedAtMs, startedAtMs } = await freeswitch.placeCall({
      dialled: '8',
      keys: ['1#', '2#', '3#'],
    }).finished;
    freeswitch.close();
    expect(hangupCause).toBe('CALL_REJECTED');
    const farewell = heard.find(({ file }) => file.includes('farewell'));
    expect(endedAtMs - startedAtMs - (farewell?.atMs ?? 0)).toBeGreaterThanOrEqual(690);
  });
});
