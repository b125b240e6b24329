import type { Usage } from './controller-process.ts';
import { controllerTitles, type ControllerKind } from './controllers.ts';
import { openField, type Field, type MeasuredProcess } from './field.ts';
import { showNumber, showSpread, spreadOf, type Report } from './measure.ts';
import type { BenchOptions } from './options.ts';

type State = 'prompt' | 'conversation';
type Waiting = { kind: ControllerKind; state: State; rssBytes: number; liveBytes: number };
type Sample = { calls: number } & Usage;

const states: Record<State, string> = { prompt: 'at the prompt', conversation: 'in conversation' };
const waitingCalls = 10_000;
const maximumBytes = 40 * 1024;
/** A slope that 100,000 calls show as more than this is a leak. */
const maximumGrowth = 0.05;

/** Bytes a waiting call at 10,000 calls at once, and memory over 100,000 calls that came and went. */
export async function memory(options: BenchOptions): Promise<Report> {
  const [atOnce = waitingCalls] = options.lanes ?? [];
  const waiting: Waiting[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const state of ['prompt', 'conversation'] as const) {
      for (const kind of ['ours', 'bare'] as const) {
        const measured = await waitingMemory(kind, state, atOnce);
        waiting.push(measured);
        options.say(`round ${round}: ${kind} ${states[state]} ${showNumber(measured.rssBytes / 1024)} KB a call`);
      }
    }
  }
  const samples = await longRun(options);
  const rows = (['ours', 'bare'] as const).flatMap((kind) =>
    (['prompt', 'conversation'] as const).map((state) => [
      `${controllerTitles[kind]}, ${states[state]}`,
      showSpread(kilobytes(waiting, kind, state, 'rssBytes')),
      showSpread(kilobytes(waiting, kind, state, 'liveBytes')),
    ]),
  );
  const [first, last] = [samples[0], samples.at(-1)];
  const growth = (what: 'rssBytes' | 'liveBytes') => ((last?.[what] ?? 0) / (first?.[what] ?? 1) - 1) * 100;
  return {
    tables: [
      {
        title: `${atOnce} calls at once, after a garbage collection`,
        rows: [['a waiting call', 'resident KB', 'live KB'], ...rows],
      },
      {
        title: 'Calls that came and went, after a garbage collection',
        rows: [
          ['calls', 'resident MB', 'live MB'],
          ...samples.map(({ calls, rssBytes, liveBytes }) => [
            String(calls),
            showNumber(rssBytes / 2 ** 20),
            showNumber(liveBytes / 2 ** 20),
          ]),
        ],
      },
    ],
    goals: [
      ...(['prompt', 'conversation'] as const).map((state) => {
        const measured = kilobytes(waiting, 'ours', state, 'rssBytes');
        return {
          what: `resident memory of a call ${states[state]}, ${atOnce} at once`,
          goal: `≤ ${maximumBytes / 1024} KB`,
          measured: `${showSpread(measured)} KB`,
          met: measured.median * 1024 <= maximumBytes,
        };
      }),
      {
        what: `growth of live memory from ${first?.calls ?? 0} to ${last?.calls ?? 0} calls`,
        goal: `flat: ≤ ${maximumGrowth * 100} %`,
        measured: `${showNumber(growth('liveBytes'))} % (resident ${showNumber(growth('rssBytes'))} %)`,
        met: growth('liveBytes') <= maximumGrowth * 100,
      },
    ],
    rounds: { waiting, samples },
  };
}

function kilobytes(all: readonly Waiting[], kind: ControllerKind, state: State, what: 'rssBytes' | 'liveBytes') {
  return spreadOf(all.filter((one) => one.kind === kind && one.state === state).map((one) => one[what] / 1024));
}

/** Settings of which nobody waits that long: a call that waits must not time out while others arrive. */
const patient = { 'entry.firstDigitMs': '120000', 'call.silenceMs': '600000' };

async function waitingMemory(kind: ControllerKind, state: State, calls: number): Promise<Waiting> {
  const field = await openField([kind], patient);
  try {
    const [controller] = field.controllers;
    if (controller === undefined) throw new Error('no controller');
    await warmUp(field, controller);
    const before = await controller.ask('usage', { collect: true });
    await field.callers.ask('hold', { port: controller.port, calls, state });
    const after = await controller.ask('usage', { collect: true });
    return {
      ...{ kind, state },
      rssBytes: (after.rssBytes - before.rssBytes) / calls,
      liveBytes: (after.liveBytes - before.liveBytes) / calls,
    };
  } finally {
    await field.end();
  }
}

/** Code and buffers that are there from the first calls on belong to no call. */
async function warmUp(field: Field, { port }: MeasuredProcess): Promise<void> {
  await field.callers.ask('lanes', { port, lanes: 20, talkMs: 1, paceMs: 0, calls: 500 });
}

async function longRun({ calls, say }: BenchOptions): Promise<Sample[]> {
  const total = calls ?? 100_000;
  const step = Math.ceil(total / 10);
  const field = await openField(['ours']);
  const samples: Sample[] = [];
  try {
    const [controller] = field.controllers;
    if (controller === undefined) throw new Error('no controller');
    const { port } = controller;
    for (let over = step; over <= total; over += step) {
      await field.callers.ask('lanes', { port, lanes: 50, talkMs: 1, paceMs: 0, calls: step });
      const usage = await controller.ask('usage', { collect: true });
      samples.push({ calls: over, ...usage });
      say(`${over} calls: ${showNumber(usage.liveBytes / 2 ** 20)} MB live`);
    }
  } finally {
    await field.end();
  }
  return samples;
}
