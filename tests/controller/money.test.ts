import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import type { CallScript } from '../../src/simulator/script.ts';
import { account, eventually } from '../support/controller.ts';
import { leftMicros } from '../support/ledger.ts';
import { rateTerms, ratesSource } from '../store/rates-contract.ts';
import { answered, controllerWithCalls, number } from './calls.ts';

const { controller, store, place, up, recordOf, refusedAs, ...calls } = controllerWithCalls();

/** 6 CHF a minute, by the second: 0.10 CHF a second, for all of +1. */
async function start(flags: Record<string, string> = {}): Promise<void> {
  await calls.start(flags);
  const terms = { connectFeeMicros: 0, priceMicros: 6_000_000, firstIncrementMs: 0, nextIncrementMs: 1000 };
  await store().importRates('standard', ratesSource([rateTerms('1', terms)], 'CHF'));
}

/** FreeSWITCH counts in whole seconds, and comes up to one early: what that leaves may be enough for another moment. */
const refusedAtLast = (script: Partial<CallScript> = {}) =>
  eventually(async () => {
    const next = await refusedAs(place('12345', { farEnd: answered(20_000), ...script }));
    return next.outcome === 'refused' ? next : null;
  }, 20_000);

const leftOf = async (accountId: number): Promise<number> => (await leftMicros(store(), accountId)) / 1_000_000;
const payIn = (accountId: number, francs: number): Promise<unknown> =>
  store().payIn({
    ...{ id: `pay ${Math.random()}`, accountId, currency: 'CHF', micros: francs * 1_000_000, madeBy: 'test' },
  });

describe('a prepaid account', () => {
  it('calls for what was paid in: the conversation is cut when it ends, told before, and never overdrawn', async () => {
    await start({ 'limits.warnSeconds': '1' });
    const { id } = await store().addAccount(account('12345', { prepaid: true }));
    expect(await refusedAs(place('12345'))).toEqual({
      ...{ outcome: 'refused', reason: 'money-used-up', rule: 'account: prepaid 0.00 CHF, 0.00 CHF left' },
      ...{ heard: 'phrase:billing_farewell:goodbye:money-used-up', calledNumber: null },
    });
    await payIn(id, 0.4);
    const { callId, billableMs, calleeHangupCause, heard } = await place('12345', { farEnd: answered(20_000) })
      .finished;
    expect(calleeHangupCause).toBe('ALLOTTED_TIMEOUT');
    expect(heard.at(-1)?.file).toBe('phrase:billing_end_is_near:soon');
    // FreeSWITCH counts in whole seconds, and comes up to one early.
    expect(billableMs).toBeGreaterThanOrEqual(1900);
    expect(billableMs).toBeLessThanOrEqual(3500);
    await recordOf(callId);
    expect(await leftOf(id)).toBeGreaterThanOrEqual(0);
    expect(await store().openReservations()).toEqual([]);
  });

  it('shares its last franc between two calls at once: the second gets what is left', async () => {
    await start({ 'limits.warnSeconds': '0' });
    const { id } = await store().addAccount(account('12345', { prepaid: true, longestCallMinutes: 1 }));
    await payIn(id, 6.4);
    const first = place('12345', { farEnd: answered(1_000) });
    await up(2);
    const second = place('12345', { farEnd: answered(20_000) });
    const { calleeHangupCause, billableMs } = await second.finished;
    expect(calleeHangupCause).toBe('ALLOTTED_TIMEOUT');
    expect(billableMs).toBeLessThanOrEqual(3500);
    await first.finished;
    expect(await eventually(async () => ((await leftOf(id)) > 0 ? true : null))).toBe(true);
  });

  it('talks for the minutes that are free in the month before any money, one call at a time', async () => {
    await start();
    const { id } = await store().addAccount(account('12345', { prepaid: true, includedMinutes: 1 }));
    const first = place('12345', { farEnd: answered(1_000) });
    await up(2);
    // What the first one leaves of the free minute nobody knows yet.
    expect(await refusedAs(place('12345'))).toMatchObject({ reason: 'money-used-up' });
    const { calledNumber, callId } = await first.finished;
    expect(calledNumber).toBe(number);
    await recordOf(callId);
    const next = await place('12345').finished;
    expect(next).toMatchObject({ calledNumber: number, answered: true });
    await recordOf(next.callId);
    expect(await leftOf(id)).toBe(0);
    expect(await store().openReservations()).toEqual([]);
  });

  it('needs no money for what is free, nor for an emergency', async () => {
    await start();
    await store().addAccount(account('12345', { prepaid: true }));
    for (const script of [{ keys: ['12345**18005550123#'] }, { dialled: '911', keys: [] }, { keys: ['12345**911#'] }]) {
      const { calledNumber } = await place('12345', script).finished;
      expect(calledNumber).not.toBeNull();
    }
  });
});

describe('an amount of money', () => {
  it.each<[string, Record<string, string>, Parameters<typeof account>[1], string]>([
    ['a day, of the account', {}, { moneyPerDay: 300_000 }, 'account: money a day 0.30 CHF'],
    ['a month, of the account', {}, { moneyPerMonth: 300_000 }, 'account: money a month 0.30 CHF'],
    ['a contract', {}, { moneyPerContract: 300_000 }, 'account: money a contract 0.30 CHF'],
    ['a day, of the site', { 'limits.moneyPerDay': '0.30' }, {}, 'site: money a day 0.30 CHF'],
    ['a month, of the site', { 'limits.moneyPerMonth': '0.3' }, {}, 'site: money a month 0.30 CHF'],
  ])('%s is never overspent, and goes on after a restart', async (_, flags, changes, rule) => {
    await start(flags);
    await store().addAccount(account('12345', changes));
    const { calleeHangupCause, callId } = await place('12345', { farEnd: answered(20_000) }).finished;
    expect(calleeHangupCause).toBe('ALLOTTED_TIMEOUT');
    await recordOf(callId);
    const refused = { outcome: 'refused', reason: 'money-used-up', rule: expect.stringContaining(rule) };
    expect(await refusedAtLast()).toMatchObject(refused);
    await calls.restart(flags);
    expect(await refusedAs(place('12345'))).toMatchObject(refused);
  });

  it('of a phone counts whoever pays', async () => {
    await start();
    await store().addAccount(account('12345'));
    await store().addExtension({ number: '201', moneyPerDay: 300_000 });
    await place('12345', { farEnd: answered(20_000), callerNumber: '201' }).finished;
    expect(await refusedAtLast({ callerNumber: '201' })).toMatchObject({
      ...{ reason: 'money-used-up', rule: expect.stringContaining('extension: money a day 0.30 CHF') },
    });
  });

  it('is asked for by the tier that the month has reached: below it is too dear, above it is not', async () => {
    await start();
    const terms = { connectFeeMicros: 0, firstIncrementMs: 0, nextIncrementMs: 1000 };
    await store().importRates(
      'standard',
      ratesSource(
        [rateTerms('1', { ...terms, priceMicros: 6_000_000, firstIncrementMs: 60_000, tiers: '1:1' })],
        'CHF',
      ),
    );
    await store().addAccount(account('12345', { highestPrice: 6_000_000 }));
    await recordOf((await place('12345', { farEnd: answered(700) }).finished).callId);
    await store().updateAccount('12345', { highestPrice: 1_000_000 });
    await eventually(async () => {
      const { calledNumber } = await place('12345').finished;
      return calledNumber === number ? true : null;
    });
  });

  it('is asked for by the states of the number that the call goes out with and of the called one', async () => {
    await start({ 'callerNumber.site': '+12125550100' });
    const terms = { connectFeeMicros: 0, firstIncrementMs: 0, nextIncrementMs: 1000 };
    const scopes = [
      rateTerms('1', { ...terms, scope: 'interstate', priceMicros: 6_000_000 }),
      rateTerms('1', { ...terms, scope: 'intrastate', priceMicros: 9_000_000 }),
    ];
    await store().importRates('standard', ratesSource(scopes, 'CHF'));
    await store().addAccount(account('12345', { highestPrice: 6_000_000 }));
    // From New York to Utah.
    expect(await place('12345').finished).toMatchObject({ calledNumber: number });
    const { heard, calledNumber } = await place('12345', { keys: ['12345**12125550123#', `${number}#`] }).finished;
    expect(heard[1]?.file).toContain('price-too-high');
    expect(calledNumber).toBe(number);
  });

  it('is not spent on a number of which nobody knows the price, nor on one that is too dear: the caller may dial another', async () => {
    await start();
    await store().addAccount(account('12345', { moneyPerDay: 300_000_000, highestPrice: 5_000_000 }));
    const keys = [`12345**${number}#`, '011442079460000#', '18005550123#'];
    const { heard, calledNumber } = await place('12345', { keys }).finished;
    expect(heard.map(({ file }) => file)).toEqual([
      expect.stringContaining('ask_shortcut'),
      expect.stringContaining('price-too-high'),
      expect.stringContaining('price-unknown'),
    ]);
    expect(calledNumber).toBe('18005550123');
  });
});

describe('money that is paid in by another program', () => {
  it('counts within a second', async () => {
    await start();
    const { id } = await store().addAccount(account('12345', { prepaid: true }));
    expect(await refusedAs(place('12345'))).toMatchObject({ reason: 'money-used-up' });
    const other = await openLocalStore({ file: join(controller().folder, 'billing-codes.db') });
    await other.payIn({ id: 'p', accountId: id, currency: 'CHF', micros: 5_000_000, madeBy: 'Ann' });
    await other.close();
    await sleep(1_000);
    expect(await place('12345').finished).toMatchObject({ calledNumber: number, answered: true });
  });
});
