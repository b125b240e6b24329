import { describe, expect, it } from '@jest/globals';
import { createLedger, type Ledger } from '../../src/ledger/ledger.ts';
import type { Transfer } from '../../src/ledger/transfer.ts';

const transfer = (id: string, changes: Partial<Transfer> = {}): Transfer => ({
  ...{ id, kind: 'single', debit: 'account:1', credit: 'used', unit: 'CHF', amount: 100, pendingId: null },
  ...{ timesOutMs: null, callId: null, why: 'used', madeAtMs: 0, madeBy: '' },
  ...changes,
});
const pending = (id: string, amount: number, timesOutMs: number | null = null): Transfer =>
  transfer(id, { kind: 'pending', amount, timesOutMs });
const post = (id: string, pendingId: string, amount: number, madeAtMs = 0): Transfer =>
  transfer(id, { kind: 'post', pendingId, amount, madeAtMs });
const voided = (id: string, pendingId: string, madeAtMs = 0): Transfer =>
  transfer(id, { kind: 'void', pendingId, amount: 0, madeAtMs });

const ledgerOf = (...transfers: Transfer[]): Ledger => {
  const ledger = createLedger();
  for (const each of transfers) expect(ledger.apply(each)).toMatchObject({ ok: true });
  return ledger;
};

describe('a transfer', () => {
  it('is a debit of one account and a credit of the other', () => {
    const ledger = ledgerOf(transfer('a'));
    expect(ledger.balance('account:1', 'CHF')).toMatchObject({ debitsPosted: 100, creditsPosted: 0 });
    expect(ledger.balance('used', 'CHF')).toMatchObject({ debitsPosted: 0, creditsPosted: 100 });
  });

  it('reserves, and what is posted of it takes the place of all of it', () => {
    const ledger = ledgerOf(pending('a', 100));
    expect(ledger.balance('account:1', 'CHF')).toMatchObject({ debitsPending: 100, debitsPosted: 0 });
    ledger.apply(post('b', 'a', 30));
    expect(ledger.balance('account:1', 'CHF')).toMatchObject({ debitsPending: 0, debitsPosted: 30 });
    expect(ledger.balance('used', 'CHF')).toMatchObject({ creditsPending: 0, creditsPosted: 30 });
  });

  it('that is voided leaves nothing behind', () => {
    const ledger = ledgerOf(pending('a', 100), voided('b', 'a'));
    expect(ledger.balance('account:1', 'CHF')).toEqual(ledger.balance('account:9', 'CHF'));
  });

  it.each<[string, Transfer[], Transfer, string]>([
    ['with an id that there is', [transfer('a')], transfer('a', { amount: 5 }), 'exists'],
    ['from an account to itself', [], transfer('a', { credit: 'account:1' }), 'same-account'],
    ['of half a unit', [], transfer('a', { amount: 0.5 }), 'not-a-whole-amount'],
    ['of less than nothing', [], transfer('a', { amount: -1 }), 'not-a-whole-amount'],
    ['of nothing', [], transfer('a', { amount: 0 }), 'nothing-to-move'],
    ['that posts what nobody reserved', [], post('b', 'a', 1), 'pending-missing'],
    ['that posts twice', [pending('a', 100), post('b', 'a', 1)], post('c', 'a', 1), 'pending-resolved'],
    ['that posts what was voided', [pending('a', 100), voided('b', 'a')], post('c', 'a', 1), 'pending-resolved'],
    ['that voids what was posted', [pending('a', 100), post('b', 'a', 1)], voided('c', 'a'), 'pending-resolved'],
    ['that posts beyond the reservation', [pending('a', 100)], post('b', 'a', 101), 'more-than-pending'],
    ['that posts too late', [pending('a', 100, 50)], post('b', 'a', 1, 50), 'pending-timed-out'],
    [
      'that posts for somebody else',
      [pending('a', 100)],
      { ...post('b', 'a', 1), debit: 'account:2' },
      'pending-of-other-transfer',
    ],
    ['in another unit', [pending('a', 100)], { ...post('b', 'a', 1), unit: 'EUR' }, 'pending-of-other-transfer'],
    [
      'that money cannot be exact in',
      [transfer('a', { amount: Number.MAX_SAFE_INTEGER })],
      transfer('b', { amount: 1 }),
      'amount-too-large',
    ],
  ])('%s is none, and changes nothing', (_, before, wrong, problem) => {
    const ledger = ledgerOf(...before);
    const balances = structuredClone(ledger.balances());
    expect(ledger.apply(wrong)).toEqual({ ok: false, problem });
    expect(ledger.balances()).toEqual(balances);
  });

  it('that is late may still be voided, and may be posted a moment before', () => {
    ledgerOf(pending('a', 100, 50), voided('b', 'a', 60));
    ledgerOf(pending('a', 100, 50), post('b', 'a', 100, 49));
  });
});
