import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { account } from '../../support/controller.ts';
import { firstAdministrator } from '../../controller/administrator.ts';
import { rateTerms, ratesSource } from '../../store/rates-contract.ts';
import type { Browser } from '../../web/console/browser.ts';
import { keyedCode, openLaboratory, type Laboratory } from './phones/laboratory.ts';

/** Somebody sets in the console who pays for a call that is up at the switch. */
let lab: Laboratory;
let browser: Browser;
let jones = 0;

beforeAll(async () => {
  lab = await openLaboratory({
    settings: { 'console.port': '0' },
    accounts: [account(keyedCode, { name: 'Smith' }), account('67890', { name: 'Jones', prepaid: true })],
  });
  const { store } = lab.controller();
  // 6 CHF a minute, by the second.
  const terms = { connectFeeMicros: 0, firstIncrementMs: 0, nextIncrementMs: 1000, priceMicros: 6_000_000 };
  await store.importRates('standard', ratesSource([rateTerms('1', terms)], 'CHF'));
  jones = (await store.findAccountByCode('67890'))?.id ?? 0;
  await store.payIn({ id: 'p', accountId: jones, currency: 'CHF', micros: 900_000, madeBy: 'test' });
  browser = await firstAdministrator(lab.controller());
}, 120_000);
afterAll(() => lab.dispose(), 60_000);

it('that account pays from the beginning, both CDRs name it, and FreeSWITCH ends the call when its money ends', async () => {
  const { caller, callee } = await lab.converse();
  await sleep(2000);
  const page = `/live/${(await lab.records())[0]?.callId ?? ''}/account`;
  await browser.get(page);
  expect((await browser.post(page, { account: 'Jones' })).text).toContain('was set');
  // 0.90 CHF are nine seconds, of which two are gone.
  await callee.ended(15_000);
  const { record, legs } = await lab.outcomeOf(caller);
  expect(record).toMatchObject({ outcome: 'answered', accountName: 'Jones', hangupCause: 'ALLOTTED_TIMEOUT' });
  expect(record.billableMs).toBeGreaterThan(5_000);
  expect(record.billableMs).toBeLessThanOrEqual(9_000);
  for (const leg of [legs.caller, legs.callee]) expect(leg?.variables['billing_account_id']).toBe(String(jones));
  expect(record.rule).toContain('account set by anna, before: Smith');
}, 60_000);
