import { largest, type Chart } from './chart.ts';
import type { Cell, Column, ReportDocument, Row } from './document.ts';
import { isClockGrouping, type Grouping, type Measures } from './report.ts';
import type { Summary } from './summary.ts';
import { portions } from '../words/portions.ts';

export const groupingTitles: Record<Grouping, string> = {
  account: 'Account',
  department: 'Department',
  extension: 'Extension',
  destination: 'Destination',
  country: 'Country',
  'call-type': 'Call type',
  day: 'Day',
  week: 'Week',
  month: 'Month',
  hour: 'Hour',
  outcome: 'Outcome',
  reason: 'Reason',
  entry: 'Entry',
};

const counted: readonly Column[] = [
  { key: 'calls', title: 'Calls', kind: 'count' },
  { key: 'placed', title: 'Placed', kind: 'count' },
  { key: 'answered', title: 'Answered', kind: 'count' },
  { key: 'refused', title: 'Refused', kind: 'count' },
  { key: 'answerRate', title: 'Answer rate', kind: 'share' },
  { key: 'billableMs', title: 'Billable time', kind: 'duration' },
  { key: 'averageMs', title: 'Average', kind: 'duration' },
  { key: 'unrated', title: 'Unrated', kind: 'count' },
];

/** Answered calls of those that went out; null: none went out. */
export function answerRate({ answered, placed }: Measures): number | null {
  return placed === 0 ? null : answered / placed;
}

/** Of the answered calls, in milliseconds; null: none was answered. */
export function averageMs({ billableMs, answered }: Measures): number | null {
  return answered === 0 ? null : Math.round(billableMs / answered);
}

function cellsOf(measures: Measures, currencies: readonly string[]): Cell[] {
  const { calls, placed, answered, refused, unrated, billableMs, amounts } = measures;
  return [
    ...[calls, placed, answered, refused, answerRate(measures), billableMs, averageMs(measures), unrated],
    ...currencies.flatMap((currency) => {
      const amount = amounts.get(currency);
      return [amount?.costMicros ?? null, amount?.chargeMicros ?? null];
    }),
  ];
}

export function unratedNote(unrated: number): string[] {
  if (unrated === 0) return [];
  const which = unrated === 1 ? '1 answered call has no rate and is' : `${unrated} answered calls have no rate and are`;
  return [`${which} in no amount: see "billing-codes report unrated".`];
}

/** A column for each grouping, what is counted, and cost and charge for each currency there is. */
export function summaryDocument(
  about: Pick<ReportDocument, 'name' | 'title' | 'period' | 'zone' | 'filters' | 'empty'>,
  groupings: readonly Grouping[],
  { lines, total, currencies }: Summary,
): ReportDocument {
  const columns: Column[] = [
    ...groupings.map((grouping): Column => ({ key: grouping, title: groupingTitles[grouping], kind: 'text' })),
    ...counted,
    ...currencies.flatMap((currency): Column[] => [
      { key: `cost${currency}`, title: `Cost ${currency}`, kind: 'money', currency },
      { key: `charge${currency}`, title: `Charge ${currency}`, kind: 'money', currency },
    ]),
  ];
  const rows = lines.map(({ labels, measures }): Row => [...labels, ...cellsOf(measures, currencies)]);
  return {
    ...about,
    columns,
    rows: inPieces(rows),
    charts: chartOf(groupings, lines),
    totals: () =>
      rows.length === 0 ? [] : [['Total', ...groupings.slice(1).map(() => null), ...cellsOf(total, currencies)]],
    notes: () => unratedNote(total.unrated),
  };
}

const maximumBars = 12;
const minuteMs = 60_000;

/** Minutes by what is grouped by first: they add up whatever the currencies are. None where there is nothing to compare. */
function chartOf(groupings: readonly Grouping[], lines: Summary['lines']): Chart[] {
  const [by] = groupings;
  const minutes = new Map<string, number>();
  for (const { labels, measures } of lines) {
    const [label = ''] = labels;
    minutes.set(label, (minutes.get(label) ?? 0) + measures.billableMs / minuteMs);
  }
  if (by === undefined || ![...minutes.values()].some((value) => value > 0) || minutes.size < 2) return [];
  const bars = [...minutes].map(([label, value]) => ({ label, value, shown: value.toFixed(1) }));
  const title = `Billable minutes by ${groupingTitles[by].toLowerCase()}`;
  if (isClockGrouping(by)) return [{ title, kind: 'columns', bars }];
  return [{ title, kind: 'bars', bars: largest(bars, maximumBars, (value) => value.toFixed(1)) }];
}

const atOnce = 1000;

// eslint-disable-next-line @typescript-eslint/require-await -- other documents wait for their rows
export async function* inPieces<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  yield* portions(items, atOnce);
}
