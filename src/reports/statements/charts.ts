import { largest, type Chart } from '../chart.ts';
import type { Period } from '../period.ts';
import type { Zone } from '../../words/zone.ts';
import type { ReportFilters, ReportSource } from '../report.ts';
import { daysOf } from '../days.ts';
import { clockIn, summarize } from '../summary.ts';
import type { Writing } from '../writing.ts';
import type { Layout } from './layout.ts';
import type { Payer } from './payer.ts';

type Context = { source: ReportSource; period: Period; zone: Zone; writing: Writing };
type By = Layout['charts'][number];

const titles: Record<By, string> = {
  day: 'Minutes by day',
  destination: 'Minutes by place',
  department: 'Minutes by department',
};
const maximumBars = 8;
const minuteMs = 60_000;

/** Minutes, which add up whatever the currencies are. */
export async function chartsOf(payer: Payer, charts: Layout['charts'], context: Context): Promise<Chart[]> {
  const drawn: Chart[] = [];
  for (const by of charts) drawn.push(await chartBy(payer, by, context));
  return drawn;
}

async function chartBy(payer: Payer, by: By, { source, period, zone, writing }: Context): Promise<Chart> {
  const pieces = source.summarize.bind(source);
  async function* ofAll() {
    for (const { filters } of payer.parts as readonly { filters: ReportFilters }[]) {
      yield* pieces({ period, groupings: [by], filters, clock: clockIn(zone) });
    }
  }
  const { lines } = await summarize(ofAll(), { groupings: [by], zone, order: 'duration' });
  const shown = (minutes: number) => writing.decimal(minutes.toFixed(1));
  const bars = lines.map(({ labels: [label = ''], measures }) => {
    const value = measures.billableMs / minuteMs;
    return { label, value, shown: shown(value) };
  });
  if (by !== 'day') return { title: titles[by], kind: 'bars', bars: largest(bars, maximumBars, shown) };
  const byDay = new Map(bars.map((bar) => [bar.label, bar]));
  const none = (label: string) => ({ label, value: 0, shown: shown(0) });
  const days = daysOf(period, zone).map((label) => byDay.get(label) ?? none(label));
  // The month and year stand at the head of the page.
  return { title: titles[by], kind: 'columns', bars: days.map((bar) => ({ ...bar, label: bar.label.slice(5) })) };
}
