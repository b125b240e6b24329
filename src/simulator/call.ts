import type { WrittenCdr } from './cdr.ts';
import type { Clock } from './clock.ts';
import type { Events } from './events.ts';
import { field } from './leg.ts';
import type { Leg } from './leg.ts';
import type { CallResult, CallScript, DialogueWithoutTime, EndedBy } from './script.ts';

/** What all calls of one simulated FreeSWITCH share. */
export type Core = {
  readonly name: string;
  readonly clock: Clock;
  readonly events: Events;
  readonly paceMs: number;
  /** How long a file plays. */
  readonly promptMs: (file: string) => number;
  /** Live channels by Unique-ID, the callees' too. */
  readonly channels: Map<string, Channel>;
  /** Takes the CDR of each leg that is over. */
  readonly onCdr: ((cdr: WrittenCdr) => void) | null;
  sessions: number;
  readonly startedUs: number;
};

/** What other connections can do to a channel. */
export type Channel = {
  readonly leg: Leg;
  readonly call: Call;
  /** Hangs up from the side of FreeSWITCH. */
  kill(cause: string): void;
};

/** One outbound socket: `socket host:port async full` of one channel (mod_event_socket.c). */
export type Connection = {
  /** The channel is gone: lingers, or says goodbye. */
  channelGone(): void;
  /** Cuts the connection, as when FreeSWITCH dies. */
  destroy(): void;
};

/** A `sendmsg` that waits for its turn. */
export type Message = { headers: ReadonlyMap<string, string> };

/** An application that runs on the caller's leg. Only those that take time are ever seen by others. */
export type Run = {
  readonly app: string;
  readonly arg: string;
  readonly uuid: string;
  /** `event-lock: true`: no other message is taken up before this one is done. */
  readonly lock: boolean;
  /** `Application-Response`. */
  response: string;
  /** It is over, but another application that was started on top of it still runs. */
  over: boolean;
  onDigit: (() => void) | null;
  onHangup: (() => void) | null;
  /** `uuid_break`. */
  onBreak: (() => void) | null;
  /** Another application runs on top of it, and is over again: a file does not go on meanwhile. */
  onCovered: (() => void) | null;
  onUncovered: (() => void) | null;
};

export type Call = {
  readonly core: Core;
  readonly script: CallScript;
  readonly caller: Leg;
  connection: Connection | null;
  /** The `socket` application is still waiting for commands. */
  socketUuid: string | null;
  /** Argument of that application. */
  socketData: string;
  /** How many connections it has had. */
  socketRuns: number;
  readonly queue: Message[];
  /** Running applications; a message taken up meanwhile runs on top. */
  readonly stack: Run[];
  /** The queue will be looked at in a moment. */
  pumping: boolean;
  /** Looks at the queue now. */
  pump(): void;
  /** Keyed and not yet taken. */
  dtmf: string;
  /** How many prompts have asked for digits. */
  prompts: number;
  /** What was taken of the entry so far, and is not told yet: an entry may be collected in several parts. Null: there is none. */
  keying: string | null;
  /** Keys that the caller is about to press. */
  typing: number;
  /** Keys that nobody asked for and that were pressed, or are about to be. */
  readonly unasked: Set<string>;
  ackPending: boolean;
  /** Work that waits for the end of the caller's leg: other leg's events, in both of FreeSWITCH's orders. */
  readonly beforeComplete: (() => void)[];
  readonly afterComplete: (() => void)[];
  readonly timers: Set<() => void>;
  readonly result: Unfinished;
  /** Called once, when both legs are over. */
  finish: (() => void) | null;
  /** What the dialplan does once the `socket` application is over and the channel is still up. */
  afterSocket: () => void;
};

/** The result as far as it is known. */
type Unfinished = { -readonly [K in keyof CallResult]: CallResult[K] | (K extends 'endedBy' ? null : never) } & {
  heard: { atMs: number; file: string }[];
  keyed: string[];
};

/** A timer that dies with the call. */
export function later(call: Call, ms: number, task: () => void): () => void {
  const cancelTimer = call.core.clock.after(ms, () => {
    call.timers.delete(cancel);
    task();
  });
  const cancel = (): void => {
    call.timers.delete(cancel);
    cancelTimer();
  };
  call.timers.add(cancel);
  return cancel;
}

export function sinceStartMs(call: Call): number {
  return Math.round((call.core.clock.nowUs() - call.caller.times.created) / 1000);
}

export function tell(call: Call, event: DialogueWithoutTime): void {
  call.script.onDialogue?.({ ...event, atMs: sinceStartMs(call) });
}

/**
 * Milliseconds until FreeSWITCH's clock shows this second plus `seconds`: it compares whole seconds, so that time-outs
 * like `originate_timeout` and `sched_hangup` come up to a second early.
 */
export function secondsFromNow(clock: Clock, seconds: number): number {
  const nowMs = clock.nowUs() / 1000;
  return (Math.floor(nowMs / 1000) + seconds) * 1000 - nowMs;
}

/** Who ended the conversation, or else the call; the first one counts. */
export function endedBy(call: Call, by: EndedBy, cause: string): void {
  call.result.endedBy ??= by;
  tell(call, { kind: 'hung-up', by, cause });
}

export function applicationJson(run: Pick<Run, 'app' | 'arg' | 'uuid'>, response: string | null): string {
  return (
    field('Application', run.app) +
    (run.arg === '' ? '' : field('Application-Data', run.arg)) +
    (response === null ? '' : field('Application-Response', response)) +
    field('Application-UUID', run.uuid)
  );
}
