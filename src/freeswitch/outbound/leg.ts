import type { CallEvent } from '../../call/machine/events.ts';
import type { Caller, SwitchListener } from '../../call/ports.ts';
import type { DialPlan } from '../../numbers/dial-plan.ts';
import type { Clock } from '../../words/clock.ts';
import type { PlacingSettings } from '../bridge-order.ts';
import { sentAtMs } from '../leg-end.ts';
import * as commands from './call-commands.ts';
import type { AwaitedApplication } from './call-events.ts';
import { callTime, type CallTime } from './call-time.ts';
import type { Channel } from './channel.ts';
import type { Collector, CollectorSettings } from './collector.ts';
import type { RingingKeys } from './ringing-keys.ts';

export type SwitchSettings = CollectorSettings &
  PlacingSettings & {
    /** How long to wait for the end of a callee's leg after a failed bridge (there may be none), and after a conversation. */
    settleMs: number;
    settleAfterTalkMs: number;
    /** How long FreeSWITCH may stay silent beyond the time in which it owes an event. */
    silenceMs: number;
  };

export type SwitchLog = {
  step(callId: string, step: string, fields: Readonly<Record<string, unknown>>): void;
  problem(callId: string, what: string, error: unknown): void;
};

export type SwitchOptions = { settings: SwitchSettings; clock: Clock; log: SwitchLog };

/**
 * Between ringing and the first stage after it. A parked channel drops its keys and tells of them; a stage takes them from its beginning on.
 * `stageId`: of that stage, once it is sent.
 */
export type KeyGap = { stageId: string | null; keys: string };

/** One call as its outbound socket has it: what the commands and the events of FreeSWITCH are read and written by. */
export type Leg = {
  readonly channel: Channel;
  readonly options: SwitchOptions;
  readonly time: CallTime;
  /** The display name that was told last. */
  callerName: string;
  /** null: not taken up yet. */
  served: { listener: SwitchListener; collector: Collector; plan: DialPlan } | null;
  /** The application whose end the call waits for. */
  awaited: AwaitedApplication | null;
  /** A stage that was broken off for the bridge: its keys are those of somebody who waits for an answer. */
  brokenOff: AwaitedApplication | null;
  /** The caller has been answered, or will be before anything else. */
  answered: boolean;
  /** Of the bridge that was sent last. */
  calleeLegId: string | null;
  calleeAnsweredAtMs: number | null;
  /** How long it may ring. */
  ringSeconds: number;
  /** null: no bridge was sent, or it was answered, or something was said or asked after it. */
  ringingKeys: RingingKeys | null;
  /** null: what is keyed has somewhere to go. */
  gap: KeyGap | null;
  /** FreeSWITCH was asked to tell of keys. */
  hearsKeys: boolean;
  /** Takes back what was to happen if FreeSWITCH says nothing. */
  disarm: () => void;
  released: boolean;
};

export function legOf(channel: Channel, options: SwitchOptions, { callerName }: Caller): Leg {
  return {
    ...{ channel, options, callerName },
    time: callTime(
      options.clock,
      sentAtMs((name) => channel.info(name)),
    ),
    served: null,
    awaited: null,
    brokenOff: null,
    answered: false,
    calleeLegId: null,
    calleeAnsweredAtMs: null,
    ringSeconds: 0,
    ringingKeys: null,
    gap: null,
    hearsKeys: false,
    disarm: nothingOwed,
    released: false,
  };
}

export function tell(leg: Leg, event: CallEvent): void {
  if (!leg.released) leg.served?.listener.onEvent(event);
}

export function wait(leg: Leg, ms: number, action: () => void): void {
  leg.disarm();
  leg.disarm = leg.options.clock.after(ms, action);
}

/** Nothing is to happen if FreeSWITCH says nothing. */
export const nothingOwed = (): void => undefined;

/** How long an answer may take until the caller's keys are looked at, and for how long that is done before the answer is given. */
const slowMs = 300;
const listeningMs = 300;

/**
 * What the caller keyed is being decided on. That may take long (a disk that hangs, a server that is slow), and an emergency number waits for
 * none of it.
 */
export function listenWhileDeciding(leg: Leg): void {
  const { callId } = leg.channel;
  wait(leg, slowMs, () => leg.served?.collector.keepKeys(listeningMs, [commands.forgetEntry(callId)]));
}

/** FreeSWITCH owes an event; where it stays silent too long, the channel is lost. */
export function expectEvent(leg: Leg, withinMs: number, after: AwaitedApplication['app'] | 'hangup'): void {
  wait(leg, withinMs + leg.options.settings.silenceMs, () => {
    leg.options.log.problem(leg.channel.callId, `FreeSWITCH has been silent since it was sent: ${after}`, null);
    tell(leg, { type: 'connection-lost', atMs: leg.time.nowMs() });
  });
}
