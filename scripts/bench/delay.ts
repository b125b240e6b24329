import { controllerTitles, type ControllerKind } from './controllers.ts';
import { openField, type Field, type MeasuredProcess } from './field.ts';
import { watchFsync } from './fsync.ts';
import { percentileOf, showNumber, showSpread, spreadOf, type Goal, type Report, type Table } from './measure.ts';
import type { BenchOptions } from './options.ts';

type Percentiles = { p50: number; p99: number; count: number };
type Round = { atOnce: number; delays: Record<ControllerKind, Percentiles>; fsync: Percentiles };

const callsPerSecond = 50;
const maximumAboveMs = 2;

/** Inside the controller: from the event with the caller's last digit to the bridge command. */
export async function delay({ rounds, seconds, lanes, say }: BenchOptions): Promise<Report> {
  const counts = lanes ?? [10, 100, 1000];
  const figures: Round[] = [];
  const field = await openField(['ours', 'bare']);
  try {
    for (let round = 0; round <= rounds; round += 1) {
      for (const atOnce of counts) {
        const delays: Round['delays'] = { ours: nothing, bare: nothing, modesl: nothing };
        const fsyncs = watchFsync(50);
        for (const controller of field.controllers) {
          const taken = await run(field, controller, atOnce, seconds ?? 10);
          delays[controller.kind] = percentilesOf(taken);
        }
        const measured: Round = { atOnce, delays, fsync: percentilesOf(await fsyncs.stop()) };
        // The first round warms up.
        if (round > 0) figures.push(measured);
        const { ours, bare } = delays;
        say(
          `${atOnce} at once, round ${round}: p99 ours ${showNumber(ours.p99)} ms, bare ${showNumber(bare.p99)} ms, ` +
            `fsync ${showNumber(measured.fsync.p99)} ms (${ours.count} calls)`,
        );
      }
    }
  } finally {
    await field.end();
  }
  return {
    tables: counts.map((atOnce) => tableOf(atOnce, figures)),
    goals: counts.map((atOnce) => goalOf(atOnce, figures)),
    rounds: figures,
  };
}

const nothing: Percentiles = { p50: Number.NaN, p99: Number.NaN, count: 0 };

function percentilesOf(times: readonly number[]): Percentiles {
  const sorted = times.toSorted((a, b) => a - b);
  return { p50: percentileOf(sorted, 50), p99: percentileOf(sorted, 99), count: sorted.length };
}

/** Calls arrive by chance at one rate whatever their number; how long they talk makes how many there are at once. */
async function run(field: Field, controller: MeasuredProcess, atOnce: number, seconds: number): Promise<number[]> {
  const talkMs = (atOnce / callsPerSecond) * 1000;
  await controller.ask('delays', null);
  const arrived = field.callers.ask('arrivals', {
    ...{ port: controller.port, talkMs, perSecond: callsPerSecond },
    seconds: seconds + talkMs / 1000,
  });
  const [delays, { unanswered }] = await Promise.all([delaysOf(controller, talkMs, seconds), arrived]);
  if (unanswered > 0) throw new Error(`${unanswered} calls were not answered`);
  return delays;
}

async function delaysOf(controller: MeasuredProcess, talkMs: number, seconds: number): Promise<number[]> {
  // What comes before so many are there does not count.
  await new Promise((resolve) => setTimeout(resolve, talkMs));
  await controller.ask('delays', null);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return controller.ask('delays', null);
}

function tableOf(atOnce: number, figures: readonly Round[]): Table {
  const rounds = figures.filter((round) => round.atOnce === atOnce);
  const row = (title: string, of: (round: Round) => Percentiles): string[] => [
    title,
    showSpread(spreadOf(rounds.map((round) => of(round).p50))),
    showSpread(spreadOf(rounds.map((round) => of(round).p99))),
  ];
  return {
    title: `${atOnce} calls at once, ${callsPerSecond} new ones a second`,
    rows: [
      ['last digit to bridge', 'p50 ms', 'p99 ms'],
      row(controllerTitles.ours, ({ delays }) => delays.ours),
      row(controllerTitles.bare, ({ delays }) => delays.bare),
      row('one fsync', ({ fsync }) => fsync),
    ],
  };
}

function goalOf(atOnce: number, figures: readonly Round[]): Goal {
  const above = spreadOf(
    figures
      .filter((round) => round.atOnce === atOnce)
      .map(({ delays, fsync }) => delays.ours.p99 - delays.bare.p99 - fsync.p99),
  );
  return {
    what: `p99 above bare and one fsync, ${atOnce} at once`,
    goal: `≤ ${maximumAboveMs} ms`,
    measured: `${showSpread(above)} ms`,
    met: above.median <= maximumAboveMs,
  };
}
