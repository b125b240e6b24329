// One measured controller in a process of its own: controller-process.ts KIND ROUTE SETTINGS-AS-JSON RECORDED-COMMANDS
import { startBareController } from './bare-controller.ts';
import { answerParent, tellFailures } from './child.ts';
import { isControllerKind, type ControllerKind, type MeasuredController } from './controllers.ts';
import { startModeslController } from './modesl-controller.ts';
import { startOurController } from './our-controller.ts';
import { watchWire } from './wire-clock.ts';

export type Usage = {
  /** Of the whole process, with its threads, since it began. */
  cpuMs: number;
  /** Of the thread that serves calls. */
  servingCpuMs: number;
  rssBytes: number;
  /** In use after a garbage collection, with buffers. */
  liveBytes: number;
};

export type ControllerRequests = {
  port: { input: null; result: number };
  /** `collect`: collects garbage first, so that `liveBytes` and `rssBytes` mean what is needed. */
  usage: { input: { collect: boolean }; result: Usage };
  /** Milliseconds from the last event before the bridge to the bridge, of all calls since the last time. */
  delays: { input: null; result: number[] };
};

tellFailures();
const [kind, route = '', settings = '{}', recorded = ''] = process.argv.slice(2);
if (!isControllerKind(kind)) throw new Error(`controller-process.ts: no such controller: ${kind ?? ''}`);
const clock = watchWire();
const controller = await start(kind);

answerParent<ControllerRequests>(
  {
    port: () => Promise.resolve(controller.port),
    usage: ({ collect }) => usage(collect),
    delays: () => Promise.resolve(clock.takeDelays()),
  },
  () => controller.stop(),
);

function start(wanted: ControllerKind): Promise<MeasuredController> {
  switch (wanted) {
    case 'ours':
      return startOurController({
        'routes.external': route,
        ...(JSON.parse(settings) as Record<string, string>),
      });
    case 'bare':
      return startBareController(recorded);
    case 'modesl':
      return startModeslController(route);
  }
}

async function usage(collect: boolean): Promise<Usage> {
  // Twice, with a pause: what a first collection frees outside the heap is given back after it.
  for (let time = 0; collect && time < 2; time += 1) {
    await globalThis.gc?.({ type: 'major', execution: 'async' });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { user, system } = process.cpuUsage();
  const serving = process.threadCpuUsage();
  const memory = process.memoryUsage();
  return {
    cpuMs: (user + system) / 1000,
    servingCpuMs: (serving.user + serving.system) / 1000,
    rssBytes: memory.rss,
    liveBytes: memory.heapUsed + memory.external,
  };
}
