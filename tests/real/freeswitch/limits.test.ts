import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { account } from '../../support/controller.ts';
import { rateTerms, ratesSource } from '../../store/rates-contract.ts';
import { keyedCode, openLaboratory, type Laboratory } from './phones/laboratory.ts';

let lab: Laboratory;
beforeAll(async () => {
  lab = await openLaboratory({
    settings: { 'limits.reserveMinutes': '1' },
    accounts: [account(keyedCode, { department: 'Sales' })],
  });
  // 6 CHF a minute, by the second.
  const terms = { connectFeeMicros: 0, firstIncrementMs: 0, nextIncrementMs: 1000, priceMicros: 6_000_000 };
  await lab.controller().store.importRates('standard', ratesSource([rateTerms('1', terms)], 'CHF'));
}, 120_000);
afterAll(() => lab.dispose(), 60_000);

it('a department that may have one call at a time has one, and emergency calls beside it', async () => {
  const { store } = lab.controller();
  await store.updateDepartment('Sales', { callsAtATime: 1 });
  const { caller } = await lab.converse('8016424601');
  const second = await lab.place('8016424602');
  expect((await lab.outcomeOf(second)).record).toMatchObject({
    ...{ outcome: 'refused', reason: 'too-many-calls' },
    rule: 'department Sales: calls at a time 1, 1 are up',
  });
  const emergency = await lab.pbx.call('911');
  expect(await emergency.answered()).toBe(200);
  await lab.calleeOf('911');
  emergency.hangUp();
  caller.hangUp();
  expect((await lab.outcomeOf(caller)).record).toMatchObject({ outcome: 'answered', calledE164: '+18016424601' });
  await store.updateDepartment('Sales', { callsAtATime: null });
}, 60_000);

it('a conversation to a destination is cut when its money of the day ends, and the next is refused', async () => {
  const { store } = lab.controller();
  await store.addDestination({ name: 'Utah', prefixes: ['1801'], moneyPerDay: 1_000_000 });
  const { caller, callee } = await lab.converse('8016424603');
  await callee.ended(20_000);
  const { record } = await lab.outcomeOf(caller);
  expect(record).toMatchObject({ outcome: 'answered', hangupCause: 'ALLOTTED_TIMEOUT' });
  expect(record.billableMs).toBeGreaterThan(7_000);
  expect(record.billableMs).toBeLessThanOrEqual(10_000);
  const next = await lab.place('8016424604');
  expect((await lab.outcomeOf(next)).record).toMatchObject({ outcome: 'refused', reason: 'money-used-up' });
}, 60_000);

it('a conversation goes on where its destination is removed and its department renamed, and the ledger agrees', async () => {
  const { store } = lab.controller();
  await store.updateDestination('Utah', { moneyPerDay: 5_000_000 });
  const { caller } = await lab.converse('8016424605');
  await store.removeDestination('Utah');
  await store.updateDepartment('Sales', { name: 'Sellers' });
  const further = await lab.converse('8016424606');
  for (const dialog of [caller, further.caller]) {
    dialog.hangUp();
    expect((await lab.outcomeOf(dialog)).record).toMatchObject({ outcome: 'answered' });
  }
  expect(await store.verifyLedger()).toMatchObject({ pending: 0, problems: [] });
}, 60_000);
