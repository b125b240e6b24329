import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { eventually } from '../../support/controller.ts';
import { expectAsSeen } from './judge.ts';
import type { Dialog } from './phones/dialog.ts';
import { openLaboratory, usualNumber, type Conversation, type Laboratory } from './phones/laboratory.ts';

let lab: Laboratory;

beforeAll(async () => {
  lab = await openLaboratory();
}, 120_000);
/** What a failed test leaves would be counted by all that follow. */
afterEach(async () => {
  await lab.freeswitch.api('hupall');
  await lab.freeswitch.channelsLeft();
}, 30_000);
afterAll(() => lab.dispose(), 60_000);

const number = (index: number): string => `80164247${String(index).padStart(2, '0')}`;
const here = (user: string): string => `<sip:${user}@127.0.0.1:${lab.freeswitch.sipPort}>`;
const refer = (dialog: Dialog, target: string): Promise<number | null> =>
  dialog.request('REFER', { headers: [`Refer-To: ${target}`, 'Referred-By: <sip:201@127.0.0.1>'] });

/** One record more than before, of a conversation that was billed as FreeSWITCH's CDR says. */
async function expectOneRecord(before: number, caller: Dialog): Promise<CallRecord> {
  expect(await lab.freeswitch.channelsLeft()).toBe(0);
  const { record, legs } = await lab.outcomeOf(caller);
  expect(record).toMatchObject({ outcome: 'answered', code: '12345' });
  expectAsSeen(record, legs);
  expect(await lab.records()).toHaveLength(before + 1);
  return record;
}

describe('a transfer by REFER', () => {
  it.each(['caller', 'callee'] as const)(
    'from the %s is refused, 25 times, and the conversation is billed to its end',
    async (side) => {
      const before = (await lab.records()).length;
      const targets = ['8016424699', '202', '9', '8', usualNumber].map(here);
      const transfers = await Promise.all(
        Array.from({ length: 25 }, async (_, index) => {
          await sleep(index * 120);
          const conversation = await lab.converse(number(index));
          const status = await refer(conversation[side], targets[index % targets.length] ?? '');
          await sleep(300 + index * 20);
          const ends = index % 2 === 0 ? conversation.caller : conversation.callee;
          ends.hangUp();
          return { ...conversation, status };
        }),
      );
      expect(transfers.map(({ status }) => status)).toEqual(transfers.map(() => 405));
      expect(await lab.freeswitch.channelsLeft()).toBe(0);
      for (const { caller } of transfers) {
        const { record, legs } = await lab.outcomeOf(caller);
        expect(record).toMatchObject({ outcome: 'answered', reason: null, code: '12345' });
        expectAsSeen(record, legs);
      }
      expect(await lab.records()).toHaveLength(before + transfers.length);
    },
    60_000,
  );

  it('with Replaces, to join two conversations, is refused, and both go on', async () => {
    const before = (await lab.records()).length;
    const first = await lab.converse(number(0));
    const second = await lab.converse(number(1));
    const replaces = encodeURIComponent(
      `${second.caller.callId};to-tag=${second.caller.remoteTag()};from-tag=${second.caller.localTag}`,
    );
    expect(await refer(first.caller, `<sip:x@127.0.0.1:${lab.freeswitch.sipPort}?Replaces=${replaces}>`)).toBe(405);
    await sleep(300);
    for (const { caller, callee } of [first, second]) expect([caller.end(), callee.end()]).toEqual([null, null]);
    first.caller.hangUp();
    second.callee.hangUp();
    await lab.freeswitch.channelsLeft();
    for (const { caller } of [first, second]) {
      const { record, legs } = await lab.outcomeOf(caller);
      expectAsSeen(record, legs);
    }
    expect(await lab.records()).toHaveLength(before + 2);
  });
});

describe('a REFER at another moment', () => {
  const everywhere = ['911', '19005551234', '9', '8', '8016424655'];

  it.each([
    ['while it rings', 180],
    ['while the far end plays something before it answers', 183],
  ] as const)('%s is refused, whoever sends it and wherever to, and the call goes on', async (_, status) => {
    const before = (await lab.records()).length;
    lab.carrier.onCall((dialog) => dialog.respond(status, { sound: status === 183 }));
    try {
      const earlier = lab.carrier.calls().length;
      const caller = await lab.place(number(36));
      const callee = await lab.calleeOf(number(36), earlier);
      const answers = everywhere.flatMap((target) => [refer(caller, here(target)), refer(callee, here(target))]);
      expect(await Promise.all(answers)).toEqual(answers.map(() => 405));
      callee.respond(200, { sound: true });
      await sleep(600);
      expect([caller.end(), callee.end()]).toEqual([null, null]);
      caller.hangUp();
      await expectOneRecord(before, caller);
      expect(lab.carrier.calls().filter(({ invite }) => /^sip:(911|1900)/.test(invite?.uri ?? ''))).toEqual([]);
    } finally {
      lab.carrier.onCall((dialog) => dialog.respond(200, { sound: true }));
    }
  });

  it('while the caller keys is refused, and what is keyed is called', async () => {
    const before = (await lab.records()).length;
    const caller = await lab.pbx.call('8');
    expect(await caller.answered()).toBe(200);
    for (const target of everywhere) expect(await refer(caller, here(target))).toBe(405);
    await caller.keyByInfo('12345#', 10);
    await sleep(500);
    await caller.keyByInfo(`${number(37)}#`, 10);
    await lab.calleeOf(number(37));
    await sleep(500);
    caller.hangUp();
    await expectOneRecord(before, caller);
  });
});

describe('a leg that is sent through the dialplan again', () => {
  it.each(['', '-bleg', '-both'])('by uuid_transfer %s is not a new call', async (which) => {
    const before = (await lab.records()).length;
    const { caller, callee } = await lab.converse(number(1));
    await sleep(500);
    const [open] = (await lab.records()).filter(({ endedAtMs }) => endedAtMs === null);
    expect(await lab.freeswitch.api(`uuid_transfer ${open?.callId ?? ''} ${which} 9 XML billing`)).toBe('+OK');
    expect(await callee.ended(5000)).not.toBeNull();
    expect(await caller.ended(5000)).not.toBeNull();
    await expectOneRecord(before, caller);
  });
});

describe('a transfer inside 3CX', () => {
  const replacing = (dialog: Dialog) => ({
    from: `<sip:203@127.0.0.1:${lab.pbx.port}>`,
    headers: [`Replaces: ${dialog.callId};to-tag=${dialog.remoteTag()};from-tag=${dialog.localTag}`],
  });
  /** The caller's leg was gone long before its call: whoever closes the record, it comes to say what FreeSWITCH's CDR does. */
  /** With the CDRs: FreeSWITCH may close the connection of a caller whose place was taken before it tells of the other leg. */
  async function finalRecord(caller: Dialog): Promise<CallRecord> {
    const legs = await lab.legsOf(caller);
    return eventually(async () => {
      const found = await lab.controller().store.findCallRecord(legs.caller.variables['uuid'] ?? '');
      return found?.endedAtMs == null || found.estimated ? null : found;
    }, 15_000);
  }
  async function expectBilledAsSeen(began: number, caller: Dialog): Promise<CallRecord> {
    expect(await lab.freeswitch.channelsLeft()).toBe(0);
    const legs = await lab.legsOf(caller);
    const record = await finalRecord(caller);
    expect(record).toMatchObject({ outcome: 'answered', code: '12345', extension: '201' });
    expect(record.billableMs).toBe(Math.floor(Number(legs.callee?.variables['billusec']) / 1000));
    const mine = (await lab.records()).filter(({ startedAtMs }) => startedAtMs >= began);
    expect(mine.map(({ callId }) => callId)).toEqual([record.callId]);
    return record;
  }
  const hold =
    (direction: 'sendonly' | 'inactive') => async (conversation: Conversation, side: 'caller' | 'callee') => {
      const dialog = conversation[side];
      expect(await dialog.offer(dialog.sound.sdp(direction))).toBe(200);
      await sleep(400);
      expect(await dialog.offer(dialog.sound.sdp())).toBe(200);
    };
  const ways = {
    'holds and resumes (sendonly)': hold('sendonly'),
    'holds and resumes (inactive)': hold('inactive'),
    'moves the sound elsewhere, as after a transfer or in a conference': async (conversation, side) => {
      const other = await lab.sound();
      expect(await conversation[side].offer(other.sdp())).toBe(200);
      await sleep(300);
      other.close();
    },
    'offers nothing and waits for our offer': async (conversation, side) => {
      expect(await conversation[side].offer(null)).toBe(200);
    },
    'offers fax (T.38)': async (conversation, side) => {
      // Taken or not: the call goes on.
      expect(await conversation[side].offer(conversation[side].sound.faxSdp())).not.toBeNull();
      await sleep(500);
    },
  } satisfies Record<string, (conversation: Conversation, side: 'caller' | 'callee') => Promise<void>>;

  it.each(
    Object.entries(ways).flatMap(([name, way]) =>
      (['caller', 'callee'] as const).map((side) => [side, name, way] as const),
    ),
  )('changes nothing: the %s %s', async (side, _, way) => {
    const before = (await lab.records()).length;
    const conversation = await lab.converse(number(2));
    await way(conversation, side);
    await sleep(300);
    expect([conversation.caller.end(), conversation.callee.end()]).toEqual([null, null]);
    conversation[side].hangUp();
    await expectOneRecord(before, conversation.caller);
  });

  it('holds and resumes at once, in 24 silent calls side by side: each offer is answered, and keys go through afterwards', async () => {
    const before = (await lab.records()).length;
    const calls = await Promise.all(
      Array.from({ length: 24 }, async (_, index) => {
        await sleep(index * 100);
        const conversation = await lab.converse(number(50 + index));
        const dialog = conversation[index % 2 === 0 ? 'caller' : 'callee'];
        const answers = [await dialog.offer(dialog.sound.sdp('sendonly'))];
        await sleep(index * 20);
        answers.push(await dialog.offer(dialog.sound.sdp()));
        return { ...conversation, answers };
      }),
    );
    expect(calls.map(({ answers }) => answers)).toEqual(calls.map(() => [200, 200]));
    for (const { caller, callee } of calls) {
      await caller.keyByInfo('7', 10);
      await eventually(() => Promise.resolve(callee.sound.heard() === '7' ? true : null));
      caller.hangUp();
    }
    expect(await lab.freeswitch.channelsLeft()).toBe(0);
    for (const { caller } of calls) {
      const { record, legs } = await lab.outcomeOf(caller);
      expectAsSeen(record, legs);
    }
    expect(await lab.records()).toHaveLength(before + calls.length);
  }, 60_000);

  it('that picks up, by Replaces, a call that rings ends it: one record, and nothing to pay', async () => {
    const began = Date.now();
    await lab.startAnew({ 'cdr.dir': join(lab.folder, 'cdr'), 'cdr.scanMs': '300' });
    lab.carrier.onCall((dialog) => dialog.respond(180));
    const caller = await lab.place(number(38));
    const callee = await lab.calleeOf(number(38));
    const other = await lab.pbx.call('whoever', replacing(caller));
    expect(await callee.ended()).toEqual({ by: 'cancel' });
    for (const dialog of [caller, other]) expect(await dialog.ended()).not.toBeNull();
    lab.carrier.onCall((dialog) => dialog.respond(200, { sound: true }));
    expect(await lab.freeswitch.channelsLeft()).toBe(0);
    const record = await finalRecord(caller);
    // Whoever tells: its events, or the CDRs, of which the called party's alone has DESTINATION_OUT_OF_ORDER.
    expect(record).toMatchObject({ outcome: 'cancelled', code: '12345', answeredAtMs: null, billableMs: 0 });
    expect((await lab.records()).filter(({ startedAtMs }) => startedAtMs >= began)).toHaveLength(1);
    await lab.startAnew({});
  }, 60_000);

  it('that picks up a call whose far end plays something is billed from the answer on, to the one who keyed', async () => {
    const began = Date.now();
    await lab.startAnew({ 'cdr.dir': join(lab.folder, 'cdr'), 'cdr.scanMs': '300' });
    lab.carrier.onCall((dialog) => dialog.respond(183, { sound: true }));
    const caller = await lab.place(number(39));
    const callee = await lab.calleeOf(number(39));
    const other = await lab.pbx.call('whoever', replacing(caller));
    expect(await other.answered()).toBe(200);
    // Longer than the end of a leg is waited for (call.settleAfterTalkMs).
    await sleep(4000);
    callee.respond(200, { sound: true });
    lab.carrier.onCall((dialog) => dialog.respond(200, { sound: true }));
    await sleep(1000);
    expect([callee.end(), other.end()]).toEqual([null, null]);
    other.hangUp();
    expect(await callee.ended()).toEqual({ by: 'bye' });
    expect((await expectBilledAsSeen(began, caller)).billableMs).toBeGreaterThan(500);
    await lab.startAnew({});
  }, 60_000);

  it.each([1, 2])('that hands the caller over by Replaces, %i times, is cut when its limit ends', async (times) => {
    const began = Date.now();
    await lab.startAnew({ 'call.maxTalkSeconds': '5', 'cdr.dir': join(lab.folder, 'cdr'), 'cdr.scanMs': '300' });
    const { caller, callee } = await lab.converse(number(40 + times));
    let last = caller;
    for (let time = 0; time < times; time += 1) {
      await sleep(800);
      last = await lab.pbx.call('whoever', replacing(last));
      expect(await last.answered()).toBe(200);
    }
    expect(await callee.ended()).toEqual({ by: 'bye' });
    expect(await last.ended()).toEqual({ by: 'bye' });
    const record = await expectBilledAsSeen(began, caller);
    expect(record).toMatchObject({ hangupCause: 'ALLOTTED_TIMEOUT' });
    await lab.startAnew({});
  });

  it('that hands the called side over by Replaces asks nobody for a code, and makes one record', async () => {
    const before = (await lab.records()).length;
    const { caller, callee } = await lab.converse(number(4));
    await sleep(500);
    const other = await lab.pbx.call('whoever', {
      from: `<sip:203@127.0.0.1:${lab.pbx.port}>`,
      headers: [`Replaces: ${callee.callId};to-tag=${callee.remoteTag()};from-tag=${callee.localTag}`],
    });
    expect(await other.answered()).toBe(200);
    expect(await callee.ended()).toEqual({ by: 'bye' });
    await sleep(1000);
    caller.hangUp();
    other.hangUp();
    await expectOneRecord(before, caller);
  });

  it('that parks a call, which another phone picks up by Replaces, stays on the account that was keyed', async () => {
    const began = Date.now();
    // What follows a caller's leg that is gone while its call goes on is in FreeSWITCH's CDRs.
    await lab.startAnew({ 'cdr.dir': join(lab.folder, 'cdr'), 'cdr.scanMs': '300' });
    const { caller, callee } = await lab.converse(number(3));
    await sleep(1000);
    expect(await caller.offer(caller.sound.sdp('inactive'))).toBe(200);
    const other = await lab.pbx.call('whoever', {
      from: `<sip:202@127.0.0.1:${lab.pbx.port}>`,
      headers: [`Replaces: ${caller.callId};to-tag=${caller.remoteTag()};from-tag=${caller.localTag}`],
    });
    expect(await other.answered()).toBe(200);
    expect(await caller.ended()).toEqual({ by: 'bye' });
    await sleep(4500);
    expect([callee.end(), other.end()]).toEqual([null, null]);
    callee.hangUp();
    expect(await other.ended()).toEqual({ by: 'bye' });
    expect(await lab.freeswitch.channelsLeft()).toBe(0);
    const legs = await lab.legsOf(caller);
    const record = await eventually(async () => {
      const found = await lab.controller().store.findCallRecord(legs.caller.variables['uuid'] ?? '');
      return found?.closedBy === 'json-cdr' ? found : null;
    }, 15_000);
    expect(record).toMatchObject({ outcome: 'answered', code: '12345', extension: '201', closedBy: 'json-cdr' });
    expect(record.billableMs).toBe(Math.floor(Number(legs.callee?.variables['billusec']) / 1000));
    expect(record.billableMs).toBeGreaterThan(5000);
    // The leg that took over is part of this call, and has no record of its own.
    const mine = (await lab.records()).filter(({ startedAtMs }) => startedAtMs >= began);
    expect(mine.map(({ callId }) => callId)).toEqual([record.callId]);
  }, 60_000);
});
