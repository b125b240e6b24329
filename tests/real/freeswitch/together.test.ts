import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { account, happens } from '../../support/controller.ts';
import { jumpingClock, hour } from '../../support/jumping-clock.ts';
import { leftMicros } from '../../support/ledger.ts';
import { rateTerms, ratesSource } from '../../store/rates-contract.ts';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { expectAsSeen } from './judge.ts';
import { openLaboratory, type Laboratory } from './phones/laboratory.ts';
import type { Dialog } from './phones/dialog.ts';

/** Limits where calls begin in the same instant, and where a conversation goes on into another day. */
let lab: Laboratory;
const clock = jumpingClock();
const codes = { prepaid: '7001', atATime: '7102', aMinute: '7203', minutes: '7304', perDay: '7405' };
const perSecond = 100_000;
/** Numbers that begin so cost this as soon as they answer. */
const dear = { prefix: '1801642599', fee: 6_000_000 };

beforeAll(async () => {
  lab = await openLaboratory({
    clock,
    settings: { 'limits.reserveMinutes': '1', 'limits.warnSeconds': '2', 'site.timeZone': 'America/Denver' },
    accounts: [
      account(codes.prepaid, { prepaid: true }),
      account(codes.atATime, { callsAtATime: 2 }),
      account(codes.aMinute, { callsPerMinute: 3 }),
      account(codes.minutes, { minutesPerDay: 1 }),
      account(codes.perDay, { moneyPerDay: dear.fee + 68 * perSecond }),
    ],
  });
  const terms = { firstIncrementMs: 0, nextIncrementMs: 1000, priceMicros: perSecond * 60 };
  const rates = [
    rateTerms('1', { ...terms, connectFeeMicros: 0 }),
    rateTerms(dear.prefix, { ...terms, connectFeeMicros: dear.fee }),
  ];
  await lab.controller().store.importRates('standard', ratesSource(rates, 'CHF'));
}, 120_000);
afterEach(() => lab.freeswitch.api('hupall'));
afterAll(() => lab.dispose(), 60_000);

const accountId = async (code: string): Promise<number> =>
  (await lab.controller().store.findAccountByCode(code))?.id ?? 0;

/** One code, from as many phones at the same instant, in every entry mode; who was let through talks for a while. */
async function callTogether(code: string, calls: number, talkMs: number): Promise<CallRecord[]> {
  const callers = await Promise.all(
    Array.from({ length: calls }, async (_, index) => {
      const number = `80164250${String(index).padStart(2, '0')}`;
      const dialled = ['9', '8', number][index % 3] ?? '9';
      const keys = [`${code}**${number}#`, `${code}**${number}#`, `${code}#`][index % 3] ?? '';
      const caller = await lab.pbx.call(dialled, { from: `<sip:${300 + index}@127.0.0.1:${lab.pbx.port}>` });
      expect(await caller.answered()).toBe(200);
      return { caller, keys };
    }),
  );
  await sleep(500);
  await Promise.all(callers.map(({ caller, keys }) => caller.keyByInfo(keys, 0)));
  await sleep(talkMs);
  for (const { caller } of callers) caller.hangUp();
  expect(await lab.freeswitch.channelsLeft()).toBe(0);
  const records: CallRecord[] = [];
  for (const { caller } of callers) {
    const { record, legs } = await lab.outcomeOf(caller);
    if (record.outcome === 'answered') expectAsSeen(record, legs);
    records.push(record);
  }
  return records;
}

async function expectNothingOpen(): Promise<void> {
  await happens(() => /call ended/.test(lab.controller().logged()));
  expect(await lab.controller().store.verifyLedger()).toMatchObject({ pending: 0, problems: [] });
}

const answered = (records: readonly CallRecord[]): CallRecord[] =>
  records.filter(({ outcome }) => outcome === 'answered');
const reasonsOf = (records: readonly CallRecord[]): string[] => [
  ...new Set(records.filter(({ outcome }) => outcome === 'refused').map(({ reason }) => reason ?? '')),
];

describe('of nine calls with one code in the same instant', () => {
  it('no more are placed than its money pays for, and none talks longer', async () => {
    // A minute, which the first reserves, and three seconds.
    const paidIn = 64 * perSecond;
    const id = await accountId(codes.prepaid);
    await lab.controller().store.payIn({ id: 'p', accountId: id, currency: 'CHF', micros: paidIn, madeBy: 'test' });
    const records = await callTogether(codes.prepaid, 9, 5000);
    expect(records).toHaveLength(9);
    expect(answered(records)).toHaveLength(2);
    expect(reasonsOf(records)).toEqual(['money-used-up']);
    const spent = answered(records).reduce((sum, { billableMs }) => sum + Math.ceil(billableMs / 1000) * perSecond, 0);
    await expectNothingOpen();
    expect(await leftMicros(lab.controller().store, id)).toBe(paidIn - spent);
    expect(Math.min(...answered(records).map(({ billableMs }) => billableMs))).toBeLessThanOrEqual(3000);
  }, 60_000);

  it.each([
    ['two are placed where two at a time are allowed', codes.atATime, 2, 'too-many-calls'],
    ['three are placed where three a minute are allowed', codes.aMinute, 3, 'too-many-calls-a-minute'],
    ['one is placed where its minutes are for one', codes.minutes, 1, 'minutes-used-up'],
  ] as const)(
    '%s',
    async (_, code, placed, reason) => {
      const records = await callTogether(code, 9, 2500);
      expect(answered(records)).toHaveLength(placed);
      expect(reasonsOf(records)).toEqual([reason]);
      await expectNothingOpen();
    },
    60_000,
  );
});

describe('a conversation that goes on into the next day', () => {
  async function place(number: string): Promise<{ caller: Dialog; callee: Dialog }> {
    const before = lab.carrier.calls().length;
    const caller = await lab.pbx.call('9');
    expect(await caller.answered()).toBe(200);
    await sleep(300);
    await caller.keyByInfo(`${codes.perDay}**${number}#`, 10);
    return { caller, callee: await lab.calleeOf(number, before) };
  }

  it('may have what was left of its own, not that of the next as well', async () => {
    const first = await place('8016425990');
    await sleep(1500);
    first.caller.hangUp();
    const spentMs = (await lab.outcomeOf(first.caller)).record.billableMs;
    const { caller, callee } = await place('8016425001');
    await sleep(1000);
    clock.jump(24 * hour);
    // A minute was reserved; more is asked for by now, on the next day.
    expect(await callee.ended(80_000)).toEqual({ by: 'bye' });
    const { record, legs } = await lab.outcomeOf(caller);
    expectAsSeen(record, legs);
    expect(record).toMatchObject({ outcome: 'answered', hangupCause: 'ALLOTTED_TIMEOUT' });
    expect(record.billableMs).toBeGreaterThan(60_000);
    const seconds = [spentMs, record.billableMs].map((ms) => Math.ceil(ms / 1000));
    expect(seconds.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(68);
    // The next day has its own.
    const next = await place('8016425002');
    await sleep(1000);
    expect(next.callee.end()).toBeNull();
    next.caller.hangUp();
    expect((await lab.outcomeOf(next.caller)).record).toMatchObject({ outcome: 'answered' });
    // Set back again, no more of the day before is there than was left: a second or two, or nothing.
    clock.jump(-24 * hour);
    const again = await lab.pbx.call('9');
    await again.answered();
    await sleep(300);
    await again.keyByInfo(`${codes.perDay}**8016425003#`, 10);
    expect(await again.ended(20_000)).toEqual({ by: 'bye' });
    seconds.push(Math.ceil((await lab.outcomeOf(again)).record.billableMs / 1000));
    expect(seconds.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(68);
    await expectNothingOpen();
  }, 150_000);
});
