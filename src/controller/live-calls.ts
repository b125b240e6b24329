import { runCall, type RunningCall, type SessionDependencies } from '../call/session.ts';
import { outboundSwitch } from '../freeswitch/outbound/call-switch.ts';
import type { Channel } from '../freeswitch/outbound/channel.ts';
import type { SwitchOptions } from '../freeswitch/outbound/leg.ts';
import { inConversation, returningLeg, turnAway } from '../freeswitch/outbound/returning.ts';
import type { AccountSetByHand, AccountWish, EndedByHand, LiveCall } from '../words/live-call.ts';
import { createBag, createRegister } from '../words/short-lived.ts';
import type { Log } from './log.ts';

/** The calls that this process serves. */
export type LiveCalls = {
  /** Serves a call, or turns away a leg that is none. */
  take(channel: Channel): void;
  count(): number;
  /** As they are now. */
  look(): LiveCall[];
  /** Ends a call, because a person asked for that. */
  cutOff(callId: string): EndedByHand;
  /** Has another account pay for a call, because a person asked for that. Rejects where the directory cannot be read. */
  setAccount(wish: AccountWish): Promise<AccountSetByHand>;
  /** Resolves when the call is no longer served by this process; null: it is not. */
  served(callId: string): Promise<void> | null;
  /** From now on conversations are left to FreeSWITCH, those of calls yet to come too. */
  leaveConversations(): void;
  /** Resolves when there is none. */
  ended(): Promise<void>;
};

export type LiveCallsOptions = {
  session: SessionDependencies;
  outbound: SwitchOptions;
  log: Log;
  /** A call is no longer served. */
  over: (callId: string) => void;
};

export function createLiveCalls({ session, outbound, log, over }: LiveCallsOptions): LiveCalls {
  const live = createBag<RunningCall>();
  /** The latest run of each call: one that lost its connection may be taken up again. */
  const served = createRegister<string, RunningCall>();
  let leaving = false;
  return {
    take(channel) {
      const { callId } = channel;
      const before = served.get(callId);
      const returning =
        returningLeg((name) => channel.info(name), before !== undefined) ??
        (before === undefined || before.giveWay() ? null : inConversation);
      if (returning !== null) {
        log.warn('a leg that is not a new call is not served', { call: callId, why: returning.why });
        turnAway(channel, returning);
        return;
      }
      const call = runCall(outboundSwitch(channel, outbound), session);
      // Its connection was accepted before the stop.
      if (leaving) call.leaveInConversation();
      const leave = live.add(call);
      served.set(callId, call);
      void call.over.finally(() => {
        leave();
        if (served.get(callId) !== call) return;
        served.take(callId);
        over(callId);
      });
    },
    count: () => live.size(),
    look: () => live.all().map((call) => call.look()),
    cutOff: (callId) => served.get(callId)?.cutOff() ?? 'not-here',
    setAccount: async ({ callId, ...wish }) => (await served.get(callId)?.setAccount(wish)) ?? { kind: 'not-here' },
    served: (callId) => served.get(callId)?.over ?? null,
    leaveConversations() {
      leaving = true;
      for (const call of live.all()) call.leaveInConversation();
    },
    async ended() {
      while (live.size() > 0) await Promise.all(live.all().map(({ over }) => over));
    },
  };
}
