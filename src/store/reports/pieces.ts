import type { SummaryPiece } from '../../reports/report.ts';

const counts = ['calls', 'placed', 'answered', 'refused', 'unrated', 'billableMs'] as const;
type Counted = (typeof counts)[number];
/** Whole numbers as the databases answer them: SQLite as `bigint`, SQL Server as text where they are long. */
type Whole = bigint | number | string | null;

/** A row of sums: a key and a label for each grouping, the currency, and what is counted and added up. */
export type SummaryRow = { currency: string | null } & Record<Counted | 'costMicros' | 'chargeMicros', Whole> &
  Record<`key${number}` | `label${number}`, bigint | number | string | null>;

export function pieceOf(row: SummaryRow, groupings: number): SummaryPiece {
  const keys = Array.from({ length: groupings }, (_, at) => {
    const [key = null, label = null] = [row[`key${at}`], row[`label${at}`]];
    return { key: typeof key === 'bigint' ? Number(key) : key, label: label === null ? null : String(label) };
  });
  const counted = Object.fromEntries(counts.map((name) => [name, Number(row[name] ?? 0)])) as Record<Counted, number>;
  return {
    ...{ keys, ...counted, currency: row.currency },
    ...{ costMicros: BigInt(row.costMicros ?? 0), chargeMicros: BigInt(row.chargeMicros ?? 0) },
  };
}
