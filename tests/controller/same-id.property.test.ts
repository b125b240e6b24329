import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CallRecord } from '../../src/words/call-record.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';
import { runs, seedText } from '../support/random.ts';
import { arrivals, fates, idPeer, type IdPeer, type Life, type Placed } from './same-id-peer.ts';

let controller: TestController;
beforeAll(async () => {
  controller = await startTestController();
  await controller.store.addAccount(account('12345'));
});
afterAll(() => controller.dispose());

const life = fc.record({
  arrival: fc.constantFrom(...arrivals),
  attempt: fc.constantFrom('1' as const, '2' as const),
  fate: fc.constantFrom(...fates),
}) satisfies fc.Arbitrary<Life>;

/** Connections with one id, and which of them goes on when. */
const dealings = fc.record({
  lives: fc.array(life, { minLength: 1, maxLength: 4 }),
  turns: fc.array(fc.record({ whose: fc.nat(3), patiently: fc.boolean() }), { maxLength: 12 }),
});

type Dealings = typeof dealings extends fc.Arbitrary<infer T> ? T : never;

const conversations = (): number => controller.logged().split('talking call=').length - 1;

/** What was placed, and was not taken away before the answer; `more`: how many others may have a record. */
type Happened = { placed: Placed[]; more: number };

async function happen(callId: string, { lives, turns }: Dealings): Promise<Happened> {
  const waiting = [...lives];
  const peers: IdPeer[] = [];
  const next = (whose: number): IdPeer | undefined => {
    const beginning = whose >= peers.length ? waiting.shift() : undefined;
    if (beginning !== undefined) peers.push(idPeer(controller.port, callId, beginning, conversations));
    return beginning === undefined ? peers[whose] : peers.at(-1);
  };
  for (const { whose, patiently } of turns) await next(whose)?.step(patiently);
  while (waiting.length > 0) next(peers.length);
  for (const peer of peers) while (!peer.isOver()) await peer.step(true);
  return {
    placed: peers.map((peer) => peer.placed()).filter((placed) => placed !== null),
    more: peers.filter((peer) => peer.mayHaveMore()).length,
  };
}

/** What is wrong with these records of an id under which so much was placed; null: nothing. */
function faultOf(callId: string, records: readonly CallRecord[], { placed, more }: Happened): string | null {
  if (!records.some((record) => record.callId === callId)) return 'no record of that id';
  if (records.some(({ endedAtMs }) => endedAtMs === null)) return 'a record is open';
  if (records.length > 1 + placed.length + more) return 'more records than calls';
  // What has no id of the call's own is an emergency call that came when that id had had its call.
  if (records.some((record) => record.callId !== callId && record.callType !== 'emergency')) return 'an id was made';
  return placed.map((one) => faultOfLeg(one, records)).find((fault) => fault !== null) ?? null;
}

function faultOfLeg(one: Placed, records: readonly CallRecord[]): string | null {
  const { legId, isEmergency, answered, billableMs } = one;
  const [record, ...others] = records.filter(({ calleeLegId }) => calleeLegId === legId);
  if (others.length > 0) return `two records of ${legId}`;
  if (record === undefined) {
    // A call that nobody has answered goes on in the same record where it comes again; an emergency call only as one.
    const goesOn =
      !isEmergency || records.some(({ callType, calleeLegId }) => callType === 'emergency' && calleeLegId !== legId);
    return answered || !goesOn ? `no record of ${legId}` : null;
  }
  if ((record.answeredAtMs !== null) !== answered) return `${legId} was answered: ${answered}`;
  return billableMs === null || record.billableMs === billableMs ? null : `${legId} lasted ${billableMs} ms`;
}

let cases = 0;
async function oneRecordACall(dealings: Dealings): Promise<void> {
  const callId = `same-${(cases += 1)}`;
  const happened = await happen(callId, dealings);
  await eventually(() => Promise.resolve(controller.liveCalls() === 0 ? true : null));
  const recordsNow = async (): Promise<CallRecord[]> => {
    const all = await controller.store.listCallRecords({ limit: 100_000 });
    return all.filter(({ callId: id }) => id === callId || id.startsWith(`${callId}~`));
  };
  // The last of them may be on their way to disk, a call's own id refused and another one made for it: it must stay sound.
  const sound = async (): Promise<true | null> =>
    faultOf(callId, await recordsNow(), happened) === null ? true : null;
  await eventually(sound).catch(() => undefined);
  await delay(50);
  await eventually(sound).catch(() => undefined);
  const records = await recordsNow();
  expect({ fault: faultOf(callId, records, happened), happened, records }).toMatchObject({ fault: null });
}

const numRuns = runs(60, 15);

it(
  `${numRuns} times up to four connections with one call id, at once or after each other: every call to the far end has one record (${seedText})`,
  () => fc.assert(fc.asyncProperty(dealings, oneRecordACall), { numRuns }),
  30_000 + numRuns * 2_000,
);
