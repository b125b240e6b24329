import { groupings, type ReportSource } from '../../src/reports/report.ts';

/** What the calls of all time add up to, by every grouping; equal where the sums are. */
export async function totalsOf(source: Pick<ReportSource, 'summarize'>): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const grouping of groupings) {
    const pieces: string[] = [];
    const asked = { period: { fromMs: 0, untilMs: 4_000_000_000_000 }, groupings: [grouping], filters: {} };
    for await (const piece of source.summarize(asked)) {
      pieces.push(JSON.stringify(piece, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
    }
    all[grouping] = pieces.sort();
  }
  return all;
}
