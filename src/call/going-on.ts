import type { Clock } from '../words/clock.ts';
import type { CallEffect } from './machine/events.ts';
import type { CallLimits, CallSwitch } from './ports.ts';
import type { CallState } from './state.ts';

/** Lets a conversation that may go on have more, in good time before what it has reserved is used up. */
export type GoingOn = {
  /** The limits of a conversation are other ones now. `talkedMs`: how long it has lasted. */
  change(limits: { longestTalkMs: number | null; mayGoOn: boolean }, talkedMs: number): void;
  /** A step was taken, whose effects are to come. */
  follow(state: CallState, effects: readonly CallEffect[]): void;
};

export type GoingOnOptions = {
  callId: string;
  on: Pick<CallSwitch, 'talkUntil'>;
  limits: Pick<CallLimits, 'extend'>;
  clock: Pick<Clock, 'nowMs' | 'after'>;
  /** How long before the end the caller is told of it: more is asked for before that. */
  warnMs: number;
  /** The call has reserved more: its record is to be written with it. */
  reserved: () => void;
};

/** For the answer of the switch, and whatever is under way. */
const reserveMs = 10_000;

export function createGoingOn({ callId, on, limits, clock, warnMs, reserved }: GoingOnOptions): GoingOn {
  let begun = false;
  let mayGoOn = false;
  let isChanged = false;
  let cancel = (): void => undefined;

  function wait(sinceMs: number, longestMs: number): void {
    const beforeMs = Math.min((longestMs - sinceMs) / 2, warnMs + reserveMs);
    cancel = clock.after(longestMs - sinceMs - beforeMs, () => goOn(longestMs - beforeMs));
  }

  /** `talkMs`: how long they have talked by now. */
  function goOn(talkMs: number): void {
    const more = extend();
    if (more !== null && mayGoOn && more.longestMs !== null) wait(talkMs, more.longestMs);
  }

  function extend(): ReturnType<CallLimits['extend']> {
    const more = limits.extend(callId, clock.nowMs());
    mayGoOn = more?.mayGoOn ?? false;
    if (more === null) return null;
    on.talkUntil(more.longestMs);
    reserved();
    return more;
  }

  return {
    change(limits, talkedMs) {
      cancel();
      begun = true;
      ({ mayGoOn } = limits);
      on.talkUntil(limits.longestTalkMs);
      if (mayGoOn && limits.longestTalkMs !== null) wait(talkedMs, limits.longestTalkMs);
    },
    follow(state, effects) {
      isChanged ||= !begun && effects.some(({ type }) => type === 'record-change');
      if (state.name === 'talking' && !begun) {
        begun = true;
        const { longestTalkMs } = state.allowed;
        // What was planned before it was answered is that of another account.
        if (isChanged) on.talkUntil(longestTalkMs);
        ({ mayGoOn } = state.allowed);
        if (mayGoOn && longestTalkMs !== null) wait(0, longestTalkMs);
      }
      const isLeft = effects.some(({ type }) => type === 'record-leave');
      // Nobody will ask for more later.
      while (isLeft && mayGoOn) extend();
      if (state.name === 'ended' || isLeft) cancel();
    },
  };
}
