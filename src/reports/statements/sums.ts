import type { Cell, Column, Row } from '../document.ts';
import type { ReportedCall } from '../report.ts';

/** Adds up the calls of a statement, or of a part of it, as they come by. */
export type Sums = {
  add(call: ReportedCall): void;
  count(): number;
  unpriced(): number;
  /** Charges by currency. */
  charges(): readonly (readonly [currency: string, micros: bigint])[];
  /** A row for each currency, or one without amounts where there is none. */
  rows(): Row[];
};

type Sum = { actualMs: number; billedMs: number; cost: bigint; charge: bigint };

const nothing = (): Sum => ({ actualMs: 0, billedMs: 0, cost: 0n, charge: 0n });

export function createSums(columns: readonly Column[]): Sums {
  const all = nothing();
  const byCurrency = new Map<string, Sum>();
  let [count, unpriced] = [0, 0];

  const sorted = () => [...byCurrency].sort(([a], [b]) => (a < b ? -1 : 1));
  const cells = (sum: Sum, currency: string | null, isFirst: boolean): Row =>
    columns.map(({ key }): Cell => {
      switch (key) {
        // Of all calls, whatever they are charged in.
        case 'actual':
          return isFirst ? all.actualMs : null;
        case 'billed':
          return isFirst ? all.billedMs : null;
        case 'currency':
          return currency;
        case 'cost':
          return currency === null ? null : sum.cost;
        case 'charge':
          return currency === null ? null : sum.charge;
        default:
          return null;
      }
    });

  return {
    add({ billableMs, billedMs, currency, costMicros, chargeMicros, price }) {
      count += 1;
      if (price === 'unrated') unpriced += 1;
      all.actualMs += billableMs;
      all.billedMs += billedMs ?? 0;
      if (currency === null || costMicros === null || chargeMicros === null) return;
      const sum = byCurrency.get(currency) ?? nothing();
      sum.cost += BigInt(costMicros);
      sum.charge += BigInt(chargeMicros);
      byCurrency.set(currency, sum);
    },
    count: () => count,
    unpriced: () => unpriced,
    charges: () => sorted().map(([currency, { charge }]) => [currency, charge] as const),
    rows() {
      if (byCurrency.size === 0) return [cells(all, null, true)];
      return sorted().map(([currency, sum], at) => cells(sum, currency, at === 0));
    },
  };
}
