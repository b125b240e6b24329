import type { Cell, Column, ReportDocument, Row } from './document.ts';
import { periodText } from './period-text.ts';
import type { Period } from './period.ts';
import type { Grouping, Measures } from './report.ts';
import { groupingTitles, inPieces, unratedNote } from './summary-document.ts';
import type { Summary } from './summary.ts';

/** What is compared: now, before, and by how much it changed. */
type Compared = { column: Column; of: (measures: Measures) => number | bigint };

const counted: readonly Compared[] = [
  { column: { key: 'calls', title: 'Calls', kind: 'count' }, of: ({ calls }) => calls },
  { column: { key: 'billableMs', title: 'Billable time', kind: 'duration' }, of: ({ billableMs }) => billableMs },
];

const money = (currency: string): Compared[] => [
  {
    column: { key: `cost${currency}`, title: `Cost ${currency}`, kind: 'money', currency },
    of: ({ amounts }) => amounts.get(currency)?.costMicros ?? 0n,
  },
  {
    column: { key: `charge${currency}`, title: `Charge ${currency}`, kind: 'money', currency },
    of: ({ amounts }) => amounts.get(currency)?.chargeMicros ?? 0n,
  },
];

/** Of what it was before: 0.5 is half as much again; null: there was nothing before. */
function change(now: number | bigint, before: number | bigint): number | null {
  return Number(before) === 0 ? null : Number(BigInt(now) - BigInt(before)) / Number(before);
}

const columnsOf = ({ column }: Compared): Column[] => [
  column,
  { ...column, key: `${column.key}Before`, title: 'Before' },
  { key: `${column.key}Change`, title: 'Change', kind: 'share' },
];

/** A summary beside what it was in the period `before`. */
export function comparisonDocument(
  about: Pick<ReportDocument, 'name' | 'title' | 'period' | 'zone' | 'filters' | 'empty'>,
  groupings: readonly Grouping[],
  { summary, before }: { summary: Summary; before: Period },
): ReportDocument {
  const { lines, total, totalBefore, currencies } = summary;
  const compared = [...counted, ...currencies.flatMap(money)];
  const cellsOf = (now: Measures, past: Measures): Cell[] =>
    compared.flatMap(({ of }): Cell[] => [of(now), of(past), change(of(now), of(past))]);
  const rows = lines.map(({ labels, measures, before: past }): Row => [...labels, ...cellsOf(measures, past)]);
  return {
    ...about,
    columns: [
      ...groupings.map((grouping): Column => ({ key: grouping, title: groupingTitles[grouping], kind: 'text' })),
      ...compared.flatMap(columnsOf),
    ],
    rows: inPieces(rows),
    totals: () =>
      rows.length === 0 ? [] : [['Total', ...groupings.slice(1).map(() => null), ...cellsOf(total, totalBefore)]],
    notes: () => [`Before: ${periodText(before, about.zone)}.`, ...unratedNote(total.unrated)],
  };
}
