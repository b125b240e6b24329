import { startChild, type Child } from './child.ts';
import type { CallerRequests } from './caller-process.ts';
import type { ControllerRequests } from './controller-process.ts';
import type { ControllerKind } from './controllers.ts';

export type MeasuredProcess = Child<ControllerRequests> & { kind: ControllerKind; port: number };

/** What a case is measured with: one process of callers and one for each controller. */
export type Field = {
  callers: Child<CallerRequests>;
  controllers: MeasuredProcess[];
  end(): Promise<void>;
};

/** Where calls go that never leave this machine. */
const route = 'sofia/gateway/carrier/{number}';

export async function openField(
  kinds: readonly ControllerKind[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Field> {
  const callers = await startChild<CallerRequests>('caller-process.ts', []);
  const controllers: MeasuredProcess[] = [];
  for (const kind of kinds) controllers.push(await startMeasured(kind, settings));
  const ours = controllers.find(({ kind }) => kind === 'ours');
  const bare = controllers.find(({ kind }) => kind === 'bare');
  if (ours !== undefined && bare !== undefined) await mustSendTheSame(callers, ours, bare);
  return {
    callers,
    controllers,
    async end() {
      await callers.end();
      for (const controller of controllers) await controller.end();
    },
  };
}

export async function startMeasured(
  kind: ControllerKind,
  settings: Readonly<Record<string, string>> = {},
  to: string = route,
): Promise<MeasuredProcess> {
  const child = await startChild<ControllerRequests>('controller-process.ts', [kind, to, JSON.stringify(settings)]);
  return { ...child, kind, port: await child.ask('port', null) };
}

/** A floor that sends something else is no floor. */
async function mustSendTheSame(callers: Child<CallerRequests>, ours: MeasuredProcess, bare: MeasuredProcess) {
  const [mine, floor] = [
    await callers.ask('commands', { port: ours.port }),
    await callers.ask('commands', { port: bare.port }),
  ];
  if (mine === floor) return;
  const [mineLines, floorLines] = [mine.split('\n'), floor.split('\n')];
  const at = mineLines.findIndex((line, index) => line !== floorLines[index]);
  throw new Error(
    `scripts/bench/bare-call.ts does not send what the controller sends; line ${at + 1} is "${floorLines[at] ?? ''}", ` +
      `not "${mineLines[at] ?? ''}"`,
  );
}
