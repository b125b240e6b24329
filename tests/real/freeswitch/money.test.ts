import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { account, eventually } from '../../support/controller.ts';
import { leftMicros } from '../../support/ledger.ts';
import { rateTerms, ratesSource } from '../../store/rates-contract.ts';
import { keyedCode, openLaboratory, type Conversation, type Laboratory } from './phones/laboratory.ts';

let lab: Laboratory;
const warnSeconds = 3;

beforeAll(async () => {
  lab = await openLaboratory({
    settings: { 'limits.warnSeconds': String(warnSeconds), 'limits.reserveMinutes': '1' },
    accounts: [account(keyedCode, { prepaid: true })],
  });
  // 6 CHF a minute, by the second, but 0.06 for +1 801 642 47.
  const terms = { connectFeeMicros: 0, firstIncrementMs: 0, nextIncrementMs: 1000 };
  const rates = [
    rateTerms('1', { ...terms, priceMicros: 6_000_000 }),
    rateTerms('180164247', { ...terms, priceMicros: 60_000 }),
  ];
  await lab.controller().store.importRates('standard', ratesSource(rates, 'CHF'));
}, 120_000);
afterAll(() => lab.dispose(), 60_000);

async function accountId(): Promise<number> {
  return (await lab.controller().store.findAccountByCode(keyedCode))?.id ?? 0;
}
const left = async (): Promise<number> => leftMicros(lab.controller().store, await accountId());
/** Makes what is left so much. */
async function fillTo(micros: number): Promise<void> {
  const missing = micros - (await left());
  const payment = {
    id: `fill ${Date.now()}`,
    accountId: await accountId(),
    currency: 'CHF',
    micros: missing,
    madeBy: 'test',
  };
  if (missing !== 0) await lab.controller().store.payIn(payment);
}

/** Both sides are silent, and the time is told at which they began. */
async function talk(number: string): Promise<Conversation & { sinceMs: number }> {
  const conversation = await lab.converse(number);
  const sinceMs = Date.now();
  for (const { sound } of [conversation.caller, conversation.callee]) sound.talk();
  return { ...conversation, sinceMs };
}

/** Seconds from the answer to the first sound, and to the last. */
function heardBetween({ caller, sinceMs }: Conversation & { sinceMs: number }): [number, number] {
  const loud = caller.sound.loudAtMs().filter((atMs) => atMs > sinceMs + 500);
  return [loud.at(0) ?? Number.NaN, loud.at(-1) ?? Number.NaN].map((atMs) => (atMs - sinceMs) / 1000) as [
    number,
    number,
  ];
}

describe('a conversation on a prepaid account', () => {
  it('is cut by FreeSWITCH when the money ends, with a tone to the caller before, and costs no more than there was', async () => {
    await fillTo(1_000_000);
    const conversation = await talk('8016424601');
    const { caller, callee } = conversation;
    await callee.ended();
    const { record } = await lab.outcomeOf(caller);
    expect(record).toMatchObject({ outcome: 'answered', hangupCause: 'ALLOTTED_TIMEOUT' });
    // Ten seconds are paid for; one is kept back, and FreeSWITCH counts in whole ones.
    expect(record.billableMs).toBeGreaterThan(7_900);
    expect(record.billableMs).toBeLessThanOrEqual(10_000);
    const [from, until] = heardBetween(conversation);
    expect(from).toBeGreaterThan(9 - warnSeconds - 1.2);
    expect(from).toBeLessThan(9 - warnSeconds + 1.2);
    expect(until - from).toBeLessThan(2);
    expect(callee.sound.loudAtMs().filter((atMs) => atMs > conversation.sinceMs + 500)).toEqual([]);
    expect(
      await eventually(async () => ((await lab.controller().store.openReservations()).length === 0 ? true : null)),
    ).toBe(true);
    expect(await left()).toBeGreaterThanOrEqual(0);
    expect(await left()).toBe(1_000_000 - Math.ceil(record.billableMs / 1000) * 100_000);
  }, 60_000);

  it('shares the last francs with another one at the same time: that gets what is left', async () => {
    // A minute, which the first reserves, and eight seconds.
    await fillTo(6_100_000 + 800_000);
    const first = await talk('8016424602');
    const second = await talk('8016424603');
    await second.callee.ended();
    const cut = await lab.outcomeOf(second.caller);
    expect(cut.record).toMatchObject({ outcome: 'answered', hangupCause: 'ALLOTTED_TIMEOUT' });
    expect(cut.record.billableMs).toBeLessThanOrEqual(8_000);
    expect(first.callee.end()).toBeNull();
    first.caller.hangUp();
    await first.callee.ended();
    await lab.outcomeOf(first.caller);
    expect(await left()).toBeGreaterThanOrEqual(0);
  }, 60_000);

  it('goes on beyond what it reserved first, until the money ends', async () => {
    // A minute is reserved at first; there is enough for 75 seconds.
    await fillTo(75_000);
    const conversation = await talk('8016424701');
    await conversation.callee.ended(90_000);
    const { record } = await lab.outcomeOf(conversation.caller);
    expect(record).toMatchObject({ outcome: 'answered', hangupCause: 'ALLOTTED_TIMEOUT' });
    // One second is kept back, one is rounded away when more was reserved, and FreeSWITCH comes up to one early by its own clock, which may
    // stand still for as long as a busy machine does (71.54 s were seen).
    expect(record.billableMs).toBeGreaterThan(70_900);
    expect(record.billableMs).toBeLessThanOrEqual(75_000);
    const [from] = heardBetween(conversation);
    expect(from).toBeGreaterThan(74 - warnSeconds - 4.2);
    expect(await left()).toBeGreaterThanOrEqual(0);
  }, 120_000);

  it('needs no money for an emergency', async () => {
    await fillTo(0);
    const refused = await lab.place('8016424604');
    await refused.ended();
    expect((await lab.outcomeOf(refused)).record).toMatchObject({ outcome: 'refused', reason: 'money-used-up' });
    const before = lab.carrier.calls().length;
    const emergency = await lab.place('911');
    const callee = await lab.calleeOf('911', before);
    await sleep(500);
    emergency.hangUp();
    await callee.ended();
    expect((await lab.outcomeOf(emergency)).record).toMatchObject({ outcome: 'answered', callType: 'emergency' });
  }, 60_000);
});
