import { createSimulator } from '../../src/simulator/freeswitch.ts';
import type { SimulatedCall, Simulator, SimulatorOptions } from '../../src/simulator/freeswitch.ts';
import type { CallScript } from '../../src/simulator/script.ts';
import { startBareController } from './scripted-controller.ts';
import type { BareController, Peer, WireMessage } from './scripted-controller.ts';

export const calleeId = '11111111-2222-4333-8444-555555555555';

export type Bench = {
  controller: BareController;
  simulator: Simulator;
  /** Places a call and takes it, subscribed to everything that concerns it. */
  take(script?: Partial<CallScript>): Promise<Served>;
  dispose(): Promise<void>;
};

export type Served = {
  call: SimulatedCall;
  peer: Peer;
  /** The answer to `connect`. */
  data: WireMessage;
  /** Sends `sendmsg … execute` for each; all in one packet. */
  execute: (...applications: Application[]) => void;
  /** Waits for the end of an application, by its name. */
  done: (app: string) => Promise<WireMessage>;
  event: (name: string, legId?: string) => Promise<WireMessage>;
};

export type Application = { app: string; arg?: string; lock?: boolean };

export async function startBench(options: Partial<SimulatorOptions> = {}): Promise<Bench> {
  const controller = await startBareController();
  const simulator = createSimulator({ controllers: controller.address, paceMs: 0, ...options });
  return {
    controller,
    simulator,
    async take(script = {}) {
      const call = simulator.placeCall({ dialled: '8', ...script });
      return serve(call, await controller.accept());
    },
    async dispose() {
      simulator.close();
      await controller.dispose();
    },
  };
}

export async function serve(call: SimulatedCall, peer: Peer): Promise<Served> {
  peer.send(
    `connect\n\nlinger 10\n\nfilter Unique-ID ${call.callId}\n\nfilter Unique-ID ${calleeId}\n\nevent json ALL\n\n`,
  );
  const data = await peer.next();
  for (let replies = 0; replies < 4; replies += 1) await peer.next();
  return {
    call,
    peer,
    data,
    execute(...applications) {
      peer.send(applications.map((application) => sendmsg(call.callId, application)).join(''));
    },
    done: (app) =>
      peer.until(({ kind, values }) => kind === 'CHANNEL_EXECUTE_COMPLETE' && values['Application'] === app),
    event: (name, legId = call.callId) =>
      peer.until(({ kind, values }) => kind === name && values['Unique-ID'] === legId),
  };
}

export function sendmsg(legId: string, { app, arg = '', lock = false }: Application): string {
  return (
    `sendmsg ${legId}\ncall-command: execute\nexecute-app-name: ${app}\nexecute-app-arg: ${arg}\n` +
    `${lock ? 'event-lock: true\n' : ''}\n`
  );
}

/** `play_and_get_digits` of at most 64 digits up to `#`, one try, for a while. */
export function ask(file: string, ms = 5000): Application {
  return { app: 'play_and_get_digits', arg: `0 64 1 ${ms} # ${file} silence keyed .+ ${ms}` };
}

export function dial(variables = ''): Application {
  return { app: 'bridge', arg: `{origination_uuid=${calleeId}${variables}}sofia/gateway/carrier/18016424655` };
}

/** Keeps keys for what comes next. */
export const hold: Application = { app: 'loop_playback', arg: 'silence_stream://3000' };
