import type { Call, Core } from './call.ts';
import { tell } from './call.ts';
import { realClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { createCall } from './create-call.ts';
import type { WrittenCdr } from './cdr.ts';
import { listenForClients, type EventSocket } from './event-socket.ts';
import { createEvents } from './events.ts';
import { callerHangsUp, press } from './phone.ts';
import type { CallResult, CallScript } from './script.ts';
import { createSocketApplication } from './socket-application.ts';
import type { SocketOptions } from './socket-application.ts';

export type SimulatorOptions = SocketOptions & {
  /** One frame of the channel. Default 20, as in FreeSWITCH; 0 runs everything at once. */
  paceMs?: number;
  /** `FreeSWITCH-Switchname`. Default `fs1`. */
  name?: string;
  clock?: Clock;
  /** How long a file plays. Default: tones as long as they say, everything else no time; with `paceMs` 0 nothing does. */
  promptMs?: (file: string) => number;
  /** Takes the CDR of each leg that is over, as mod_json_cdr would write it. */
  onCdr?: (cdr: WrittenCdr) => void;
};

export type SimulatedCall = {
  readonly callId: string;
  /** Both legs are over; the socket may still linger. */
  readonly finished: Promise<CallResult>;
  press(digits: string): void;
  hangUp(): void;
  /** Cuts the connection to the controller. */
  cutSocket(): void;
};

/** A FreeSWITCH with an outbound socket, as seen from the controller. */
export type Simulator = {
  placeCall(script: CallScript): SimulatedCall;
  /** Channels that are up, both legs counted. */
  channelCount(): number;
  /** Opens the inbound event socket; it closes with the simulator. */
  listen(password: string, port?: number): Promise<{ port: number }>;
  /** Cuts all connections and forgets all calls; their `finished` never settles. */
  close(): void;
};

export function createSimulator(options: SimulatorOptions): Simulator {
  const { clock = realClock, name = 'fs1', paceMs = 20 } = options;
  const promptMs = options.promptMs ?? (paceMs === 0 ? () => 0 : toneMs);
  const core: Core = {
    ...{ name, clock, paceMs, sessions: 0, startedUs: clock.nowUs() },
    events: createEvents(name, clock),
    promptMs: (file) => silenceMs(file) ?? promptMs(file),
    channels: new Map(),
    onCdr: options.onCdr ?? null,
  };
  const sockets = createSocketApplication(options);
  const calls = new Set<Call>();
  const eventSockets: EventSocket[] = [];

  return {
    placeCall(script) {
      core.sessions += 1;
      const call = createCall(core, script, options.controllers, () => sockets.next(call));
      calls.add(call);
      const finished = new Promise<CallResult>((resolve) => {
        call.finish = () => {
          calls.delete(call);
          resolve({ ...call.result, endedBy: call.result.endedBy ?? 'switch' });
        };
      });
      tell(call, { kind: 'dialled', number: script.dialled });
      if (script.hangUpAfterMs !== undefined) {
        const cancel = clock.after(script.hangUpAfterMs, () => callerHangsUp(call));
        call.timers.add(cancel);
      }
      sockets.start(call);
      return {
        callId: call.caller.id,
        finished,
        // In a moment: whoever hears of a prompt may press a key before the prompt has begun to listen.
        press: (digits) =>
          queueMicrotask(() => {
            for (const digit of digits) press(call, digit);
          }),
        hangUp: () => queueMicrotask(() => callerHangsUp(call)),
        cutSocket: () => call.connection?.destroy(),
      };
    },
    channelCount: () => core.channels.size,
    async listen(password, port) {
      const eventSocket = await listenForClients(core, password, port);
      eventSockets.push(eventSocket);
      return { port: eventSocket.port };
    },
    close() {
      for (const eventSocket of eventSockets.splice(0)) void eventSocket.close();
      for (const call of calls) for (const cancel of [...call.timers]) cancel();
      sockets.close();
      calls.clear();
      core.channels.clear();
    },
  };
}

/** `silence_stream://MS`; null: another file. */
function silenceMs(file: string): number | null {
  const ms = /^silence_stream:\/\/(\d+)$/.exec(file)?.[1];
  return ms === undefined ? null : Number(ms);
}

/** `tone_stream://%(ON,OFF,HERTZ)…` plays as long as it says (loops are not counted); other files take no time here. */
export function toneMs(file: string): number {
  if (!file.startsWith('tone_stream://')) return 0;
  let total = 0;
  for (const [, on, off] of file.matchAll(/%\((\d+),(\d+)/g)) total += Number(on) + Number(off);
  return total;
}
