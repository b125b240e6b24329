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

/** Where calls go; there is no such place behind a simulator. */
const route = 'sofia/gateway/carrier/{number}';

/** `settings` are of our controller, by their keys. */
export async function openField(
  kinds: readonly ControllerKind[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Field> {
  const callers = await startChild<CallerRequests>('caller-process.ts', []);
  const controllers: MeasuredProcess[] = [];
  const end = async (): Promise<void> => {
    await callers.end();
    for (const controller of controllers) await controller.end();
  };
  try {
    const recorded = kinds.includes('bare') ? await recordCommands(callers, settings) : '';
    for (const kind of kinds) controllers.push(await startController(kind, settings, recorded));
  } catch (error) {
    await end();
    throw error;
  }
  return { callers: whileUp(callers, controllers), controllers, end };
}

/** The callers would go on calling a controller that is broken: what is asked of them fails as soon as one of these does. */
function whileUp(callers: Child<CallerRequests>, controllers: readonly MeasuredProcess[]): Child<CallerRequests> {
  return {
    ...callers,
    ask: (name, input) => Promise.race([callers.ask(name, input), ...controllers.map(({ failed }) => failed)]),
  };
}

/** What our controller sends for one call: the script of the bare one. */
async function recordCommands(callers: Child<CallerRequests>, settings: Readonly<Record<string, string>>) {
  const controller = await startController('ours', settings, '');
  try {
    return await whileUp(callers, [controller]).ask('commands', { port: controller.port });
  } finally {
    await controller.end();
  }
}

async function startController(
  kind: ControllerKind,
  settings: Readonly<Record<string, string>>,
  recorded: string,
): Promise<MeasuredProcess> {
  const args = [kind, route, JSON.stringify(settings), recorded];
  const child = await startChild<ControllerRequests>('controller-process.ts', args);
  return { ...child, kind, port: await child.ask('port', null) };
}
