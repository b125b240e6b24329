import type { ConnectWatch, FollowedCall, WatchListener } from '../../records/ports.ts';
import { endingOfCdrs, isPickedOff } from '../cdr/ending.ts';
import { legOfEvent, type CdrLeg } from '../cdr/leg.ts';
import { answeredAtMs, sentAtMs } from '../leg-end.ts';
import type { ChannelEvent } from '../outbound/channel.ts';
import { connectInbound, type InboundOptions } from './event-socket.ts';

type Ends = { caller: CdrLeg | null; callee: CdrLeg | null };

/** Calls by the ids of their legs. */
type Followed = Map<string, FollowedCall>;

/** Watches calls by FreeSWITCH's own event socket. What was told of a call is kept for as long as somebody has the call. */
export function freeSwitchWatch(options: InboundOptions): ConnectWatch {
  const told = new WeakMap<FollowedCall, Ends>();
  return async (listener) => {
    const followed: Followed = new Map();
    const inbound = await connectInbound(options, {
      onEvent: (event) => onEvent(event, followed, told, listener),
      onLost: (why) => listener.onLost(why),
    });
    return {
      switchName: () => inbound.switchName(),
      legs: () => inbound.channels(),
      follow(call) {
        const legIds = legIdsOf(call);
        for (const legId of legIds) followed.set(legId, call);
        return inbound.follow(legIds);
      },
      close: () => inbound.close(),
    };
  };
}

function legIdsOf({ callId, calleeLegId }: FollowedCall): string[] {
  return calleeLegId === null ? [callId] : [callId, calleeLegId];
}

function onEvent(
  event: ChannelEvent,
  followed: Followed,
  told: WeakMap<FollowedCall, Ends>,
  listener: WatchListener,
): void {
  const call = followed.get(event.legId);
  if (call === undefined) return;
  const side = event.legId === call.callId ? 'caller' : 'callee';
  if (event.name !== 'CHANNEL_HANGUP_COMPLETE') {
    if (side === 'callee') signOfLife(event, call, listener);
    return;
  }
  const leg = legOfEvent(event, call.callId, side);
  if (leg === null) {
    const what = 'FreeSWITCH gave an impossible end of a leg; its CDR may know better';
    listener.onProblem(`call ${call.callId}: ${what}`);
    return;
  }
  const ends: Ends = { ...(told.get(call) ?? { caller: null, callee: null }), [side]: leg };
  told.set(call, ends);
  // The caller is still there: another controller may take the call up.
  if (ends.caller === null && ends.callee?.end.answeredAtMs == null) return;
  // It goes on with somebody else, until the called party's leg ends.
  if (ends.callee === null && ends.caller !== null && isPickedOff(ends.caller)) return;
  const ending = endingOfCdrs(ends);
  if (ending !== null) listener.onEnded(call.callId, ending);
}

function signOfLife({ header }: ChannelEvent, { callId }: FollowedCall, listener: WatchListener): void {
  const heardAtMs = sentAtMs(header);
  if (heardAtMs !== null) listener.onSignOfLife({ callId, answeredAtMs: answeredAtMs(header), heardAtMs });
}
