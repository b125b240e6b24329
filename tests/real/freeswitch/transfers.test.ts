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
afterEach(() => lab.freeswitch.api('hupall'));
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
