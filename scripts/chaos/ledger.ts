import type { RatesSource } from '../../src/store/ports/rate-store.ts';
import type { LocalStore } from '../../src/store/sqlite/store.ts';

/** 0.12 a minute by 6 seconds, for all of +1: so that calls cost something, and their reservations are of money too. */
const rates: RatesSource = {
  name: 'chaos',
  currency: () => 'USD',
  async *batches() {
    yield await Promise.resolve([
      {
        line: 1,
        rates: [
          {
            ...{ prefix: '1', destination: 'North America', connectFeeMicros: 10_000, priceMicros: 120_000 },
            ...{ firstIncrementMs: 6_000, nextIncrementMs: 6_000, minimumChargeMicros: 0 },
            ...{ validFromMs: null, validUntilMs: null, scope: 'all', status: 'open', graceMs: 0, tiers: '' },
          },
        ],
      },
    ]);
  },
};

/** More than all calls can cost: nothing is refused for it, and everything is reserved. */
export const muchMoney = { moneyPerMonth: 1_000_000_000_000 };

export async function priceCalls(store: LocalStore): Promise<void> {
  await store.importRates('chaos', rates);
}

/** What is wrong with the ledger once all calls are over: whatever died, it says what the records do, and nothing stays reserved. */
export async function ledgerProblems(store: LocalStore, name: string): Promise<string[]> {
  const { problems } = await store.verifyLedger();
  const open = await store.openReservations();
  return [
    ...problems.map(({ kind, problem }) => `the ledger of ${name}, ${kind}: ${problem}`),
    ...open.map(({ callId, unit, amount }) => `the ledger of ${name}: ${callId} still reserves ${amount} ${unit}`),
  ];
}
