import { controllerTitles, type ControllerKind } from './controllers.ts';
import { openField, type Field, type MeasuredProcess } from './field.ts';
import { showNumber, showSpread, spreadOf, type Report } from './measure.ts';
import type { BenchOptions } from './options.ts';

type Figures = { kind: ControllerKind; atOnce: number; bytes: number; events: number };

/** With more at once, modesl's own way gets every event of every call: hundreds of megabytes for a hundred calls. */
const maximumForModesl = 100;
const maximumGrowth = 0.05;

/** Bytes and events a call that FreeSWITCH sends to the controller, by calls at once. */
export async function growth({ rounds, calls, lanes, say }: BenchOptions): Promise<Report> {
  const counts = lanes ?? [1, 10, 100, 1000];
  const figures: Figures[] = [];
  const field = await openField(['ours', 'bare', 'modesl']);
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const atOnce of counts) {
        for (const controller of field.controllers) {
          if (controller.kind === 'modesl' && atOnce > maximumForModesl) continue;
          const measured = await run(field, controller, atOnce, calls ?? Math.max(10, 2 * atOnce));
          figures.push(measured);
          say(`${atOnce} at once, round ${round}: ${controller.kind} ${showNumber(measured.bytes)} bytes a call`);
        }
      }
    }
  } finally {
    await field.end();
  }
  const of = (kind: ControllerKind, atOnce: number, what: 'bytes' | 'events') =>
    spreadOf(figures.filter((one) => one.kind === kind && one.atOnce === atOnce).map((one) => one[what]));
  const kinds = field.controllers.map(({ kind }) => kind);
  const rows = counts.map((atOnce) => [
    String(atOnce),
    ...kinds.flatMap((kind) => [showSpread(of(kind, atOnce, 'bytes')), showSpread(of(kind, atOnce, 'events'))]),
  ]);
  const header = ['at once', ...kinds.flatMap((kind) => [`${controllerTitles[kind]}: bytes`, 'events'])];
  return {
    tables: [{ title: 'From FreeSWITCH to the controller, a call', rows: [header, ...rows] }],
    goals: (['bytes', 'events'] as const).map((what) => {
      const medians = counts.map((atOnce) => of('ours', atOnce, what).median);
      const ratio = Math.max(...medians) / Math.min(...medians) - 1;
      return {
        what: `growth of ${what} a call, ${counts.join(' to ')} at once`,
        goal: `≤ ${maximumGrowth * 100} %`,
        measured: `${showNumber(ratio * 100)} %`,
        met: ratio <= maximumGrowth,
      };
    }),
    rounds: figures,
  };
}

async function run(field: Field, controller: MeasuredProcess, atOnce: number, calls: number): Promise<Figures> {
  const { port, kind } = controller;
  // Everybody talks at the same time: long enough for the last to have been answered before the first hangs up.
  const talkMs = 200 + atOnce * 3;
  const result = await field.callers.ask('lanes', { port, lanes: atOnce, talkMs, paceMs: 20, calls });
  return { kind, atOnce, bytes: result.bytes / result.calls, events: result.events / result.calls };
}
