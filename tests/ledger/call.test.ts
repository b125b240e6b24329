import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callInLedger, transfersFor, type CallState } from '../../src/ledger/call.ts';
import { createLedger, type Ledger } from '../../src/ledger/ledger.ts';
import { used, type Transfer } from '../../src/ledger/transfer.ts';

function run(states: readonly { state: CallState; atMs: number }[]): { ledger: Ledger; transfers: Transfer[] } {
  const ledger = createLedger();
  const transfers: Transfer[] = [];
  for (const { state, atMs } of states) {
    for (const transfer of transfersFor(callInLedger('c', transfers), state, atMs)) {
      expect(ledger.apply(transfer)).toMatchObject({ ok: true });
      transfers.push(transfer);
    }
  }
  return { ledger, transfers };
}

const up = (amount: number, timesOutMs = 1_000, payer = 'account:1'): { state: CallState; atMs: number } => ({
  state: { kind: 'up', payer, reserved: [{ unit: 'CHF', amount }], timesOutMs },
  atMs: 0,
});
const over = (amount: number, payer = 'account:1', atMs = 10): { state: CallState; atMs: number } => ({
  state: { kind: 'over', payer, used: [{ unit: 'CHF', amount }] },
  atMs,
});
const told = (transfers: readonly Transfer[]): string[] =>
  transfers.map(({ kind, debit, amount, why }) => `${kind} ${debit} ${amount} ${why}`);

describe('a call in the ledger', () => {
  it.each<[string, { state: CallState; atMs: number }[], string[]]>([
    [
      'that costs less than was reserved',
      [up(100), over(30)],
      ['pending account:1 100 reserved', 'post account:1 30 used'],
    ],
    [
      'that costs more: the rest is a second transfer without a limit',
      [up(100), over(130)],
      ['pending account:1 100 reserved', 'post account:1 100 used', 'single account:1 30 used-beyond'],
    ],
    ['that cost nothing', [up(100), over(0)], ['pending account:1 100 reserved', 'void account:1 0 unused']],
    ['of which nothing was reserved', [over(30)], ['single account:1 30 used']],
    [
      'that may go on',
      [up(100), up(150), over(120)],
      [
        ...['pending account:1 100 reserved', 'pending account:1 50 reserved'],
        ...['post account:1 100 used', 'post account:1 20 used'],
      ],
    ],
    [
      'that another account pays for while it is up: the first one has its reservation back, and pays nothing',
      [up(100), up(100, 1_000, 'account:2'), up(150, 1_000, 'account:2'), over(120, 'account:2')],
      [
        ...['pending account:1 100 reserved', 'void account:1 0 unused', 'pending account:2 100 reserved'],
        ...['pending account:2 50 reserved', 'post account:2 100 used', 'post account:2 20 used'],
      ],
    ],
    [
      'that is told twice',
      [up(100), up(100), over(30), over(30)],
      ['pending account:1 100 reserved', 'post account:1 30 used'],
    ],
    [
      'whose reservation had timed out: the usage is not lost',
      [up(100, 5), over(30)],
      ['pending account:1 100 reserved', 'void account:1 0 timed-out', 'single account:1 30 used-beyond'],
    ],
    [
      'that turns out to have been shorter',
      [up(100), over(30), over(20)],
      ['pending account:1 100 reserved', 'post account:1 30 used', 'single used 10 correction'],
    ],
    [
      'that is moved to another account',
      [over(30), over(30, 'account:2')],
      ['single account:1 30 used', 'single used 30 correction', 'single account:2 30 correction'],
    ],
    [
      'that is not over after all',
      [over(30), up(100), over(40)],
      [
        ...['single account:1 30 used', 'pending account:1 100 reserved', 'single used 30 correction'],
        'post account:1 40 used',
      ],
    ],
  ])('%s', (_, states, expected) => {
    expect(told(run(states).transfers)).toEqual(expected);
  });

  it('says what the record says at last, whatever was said before, in whatever order', () => {
    const units = ['CHF', 'EUR', 'seconds', 'calls'];
    const amounts = fc.uniqueArray(
      fc.record({ unit: fc.constantFrom(...units), amount: fc.oneof(fc.constant(0), fc.nat(1_000)) }),
      { selector: ({ unit }) => unit },
    );
    const payer = fc.constantFrom('account:1', 'account:2', 'nobody');
    const state: fc.Arbitrary<CallState> = fc.oneof(
      fc.record({ kind: fc.constant('up' as const), payer, reserved: amounts, timesOutMs: fc.nat(100) }),
      fc.record({ kind: fc.constant('over' as const), payer, used: amounts }),
    );
    fc.assert(
      fc.property(fc.array(state, { maxLength: 12 }), fc.record({ payer, used: amounts }), (before, last) => {
        const states = [...before, { kind: 'over' as const, ...last }].map((each, at) => ({
          state: each,
          atMs: at * 10,
        }));
        const { ledger, transfers } = run(states);
        for (const { account, unit, balance } of ledger.balances()) {
          expect(balance).toMatchObject({ debitsPending: 0, creditsPending: 0 });
          if (account === used) continue;
          const due = account === last.payer ? (last.used.find((each) => each.unit === unit)?.amount ?? 0) : 0;
          expect(balance.debitsPosted - balance.creditsPosted).toBe(due);
        }
        for (const unit of units) {
          const sum = (side: 'debitsPosted' | 'creditsPosted'): number =>
            ledger.balances().reduce((total, each) => (each.unit === unit ? total + each.balance[side] : total), 0);
          expect(sum('debitsPosted')).toBe(sum('creditsPosted'));
        }
        const resolutions = transfers.flatMap(({ pendingId }) => pendingId ?? []);
        expect(new Set(resolutions).size).toBe(resolutions.length);
        // Once more changes nothing.
        expect(transfersFor(callInLedger('c', transfers), { kind: 'over', ...last }, 1_000)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
