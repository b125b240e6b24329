import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLaboratory, type Conversation, type Laboratory } from './phones/laboratory.ts';

let lab: Laboratory;
const timeoutSeconds = 3;
const talkMs = 1500;

/** What becomes of a conversation after `talkMs`. */
const fates = {
  'both sides vanish': ({ caller, callee }) => {
    caller.vanish();
    callee.vanish();
  },
  'the caller vanishes': ({ caller }) => caller.vanish(),
  'the called party vanishes': ({ callee }) => callee.vanish(),
  'the called party vanishes while the caller holds': async ({ caller, callee }) => {
    await caller.offer(caller.sound.sdp('inactive'));
    caller.sound.stop();
    callee.vanish();
  },
} satisfies Record<string, (conversation: Conversation) => unknown>;
const names = Object.keys(fates);
const ended: { name: string; conversation: Conversation; tookMs: number }[] = [];
let held: Conversation;

async function talk(number: string): Promise<Conversation> {
  const conversation = await lab.converse(number);
  for (const { sound } of [conversation.caller, conversation.callee]) sound.talk();
  await sleep(talkMs);
  return conversation;
}

beforeAll(async () => {
  lab = await openLaboratory({ values: { media_timeout_seconds: String(timeoutSeconds) } });
  // Side by side: each of them waits.
  const holds = talk('8016424659').then(async (conversation) => {
    held = conversation;
    expect(await held.caller.offer(held.caller.sound.sdp('inactive'))).toBe(200);
    held.caller.sound.stop();
  });
  await Promise.all(
    Object.entries(fates).map(async ([name, fate], index) => {
      await sleep(index * 300);
      const conversation = await talk(`801642465${index}`);
      await fate(conversation);
      const began = Date.now();
      await lab.legsOf(conversation.caller);
      ended.push({ name, conversation, tookMs: Date.now() - began });
    }),
  );
  await holds;
}, 120_000);
afterAll(() => lab.dispose(), 60_000);

describe(`a conversation of ${talkMs} ms`, () => {
  it.each(names)('ends soon when %s, and is billed to the last sign of life', async (name) => {
    const one = ended.find((other) => other.name === name);
    if (one === undefined) throw new Error(`${name}: it did not end`);
    expect(one.tookMs).toBeLessThan(timeoutSeconds * 1000 + 3000);
    const { record, legs } = await lab.outcomeOf(one.conversation.caller);
    const causes = [legs.caller, legs.callee].map((leg) => leg?.variables['hangup_cause']);
    expect(causes).toContain('MEDIA_TIMEOUT');
    for (const leg of [legs.caller, legs.callee]) {
      expect(leg?.variables['billing_media_timeout_seconds']).toBe(String(timeoutSeconds));
    }
    expect(record).toMatchObject({ outcome: 'answered', code: '12345' });
    expect(record.billableMs).toBeGreaterThan(talkMs - 200);
    // Holding took a moment of its own.
    expect(record.billableMs).toBeLessThan(talkMs + 1500);
  });

  it('lasts while the caller has it on hold, for any length of time', async () => {
    await sleep(timeoutSeconds * 1000);
    expect([held.caller.end(), held.callee.end()]).toEqual([null, null]);
    expect(await held.caller.offer(held.caller.sound.sdp())).toBe(200);
    held.caller.sound.talk();
    await sleep(500);
    held.caller.hangUp();
    const { record, legs } = await lab.outcomeOf(held.caller);
    expect(record.hangupCause).toBe('NORMAL_CLEARING');
    expect(record.billableMs).toBe(Math.floor(Number(legs.callee?.variables['billusec']) / 1000));
    expect(record.billableMs).toBeGreaterThan(2 * timeoutSeconds * 1000);
  });
});
