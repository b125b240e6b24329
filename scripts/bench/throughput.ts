import { controllerTitles, type ControllerKind } from './controllers.ts';
import { openField, type Field, type MeasuredProcess } from './field.ts';
import { ratioOf, showNumber, showSpread, spreadOf, type Goal, type Report, type Table } from './measure.ts';
import type { BenchOptions } from './options.ts';

type Figures = { callsPerSecond: number; cpuMs: number; servingCpuMs: number };
type Rounds = Record<ControllerKind, Figures[]>;

const goals: { than: ControllerKind; least: number }[] = [
  { than: 'modesl', least: 0.8 },
  { than: 'bare', least: 0.5 },
];

/** Calls a second and CPU a call of one controller process, the callers at full speed. */
export async function throughput({ rounds, seconds, lanes, say }: BenchOptions): Promise<Report> {
  const field = await openField(['ours', 'bare', 'modesl']);
  const reports: { table: Table; goals: Goal[]; rounds: { lanes: number; figures: Rounds } }[] = [];
  try {
    for (const count of lanes ?? [1, 50]) {
      const figures: Rounds = { ours: [], bare: [], modesl: [] };
      for (let round = 0; round <= rounds; round += 1) {
        for (const controller of field.controllers) {
          const measured = await run(field, controller, count, seconds ?? 8);
          // The first round warms up.
          if (round > 0) figures[controller.kind].push(measured);
          say(`${count} at once, round ${round}: ${controller.kind} ${showNumber(measured.callsPerSecond)} calls/s`);
        }
      }
      reports.push({
        table: tableOf(count, figures),
        goals: goalsOf(count, figures),
        rounds: { lanes: count, figures },
      });
    }
  } finally {
    await field.end();
  }
  return {
    tables: reports.map(({ table }) => table),
    goals: reports.flatMap((report) => report.goals),
    rounds: reports.map((report) => report.rounds),
  };
}

async function run(field: Field, controller: MeasuredProcess, lanes: number, seconds: number): Promise<Figures> {
  const before = await controller.ask('usage', { collect: false });
  const { port } = controller;
  const result = await field.callers.ask('lanes', { port, lanes, talkMs: 1, paceMs: 0, seconds });
  const after = await controller.ask('usage', { collect: false });
  return {
    callsPerSecond: result.calls / result.seconds,
    cpuMs: (after.cpuMs - before.cpuMs) / result.calls,
    servingCpuMs: (after.servingCpuMs - before.servingCpuMs) / result.calls,
  };
}

const perSecond = (figures: Figures[]): number[] => figures.map(({ callsPerSecond }) => callsPerSecond);
const perCpuSecond = (figures: Figures[]): number[] => figures.map(({ cpuMs }) => 1000 / cpuMs);

function tableOf(lanes: number, figures: Rounds): Table {
  const rows = (['ours', 'bare', 'modesl'] as const).map((kind) => [
    controllerTitles[kind],
    showSpread(spreadOf(perSecond(figures[kind]))),
    showSpread(spreadOf(figures[kind].map(({ cpuMs }) => cpuMs))),
    showSpread(spreadOf(figures[kind].map(({ servingCpuMs }) => servingCpuMs))),
    showSpread(ratioOf(perSecond(figures.ours), perSecond(figures[kind]))),
    showSpread(ratioOf(perCpuSecond(figures.ours), perCpuSecond(figures[kind]))),
  ]);
  const header = [
    'controller',
    'calls/s',
    'CPU ms a call',
    'of it serving',
    'our calls/s ÷ its',
    'our calls a CPU second ÷ its',
  ];
  return { title: `${lanes} ${lanes === 1 ? 'call' : 'calls'} at once`, rows: [header, ...rows] };
}

/** At full speed the callers can be what is slowest; the calls that a second of CPU serves are the controller's own figure. */
function goalsOf(lanes: number, figures: Rounds): Goal[] {
  return goals.flatMap(({ than, least }) =>
    [['calls/s', perSecond] as const, ['calls a CPU second', perCpuSecond] as const].map(([what, of]) => {
      const ratio = ratioOf(of(figures.ours), of(figures[than]));
      return {
        what: `${what}, ${lanes} at once, ÷ ${controllerTitles[than]}`,
        goal: `≥ ${least}`,
        measured: showSpread(ratio),
        met: ratio.median >= least,
      };
    }),
  );
}
