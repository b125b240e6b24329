import * as commands from './call-commands.ts';
import type { Channel } from './channel.ts';
import type { ChannelHeaders } from '../wire/headers.ts';

/** A leg that reaches the socket and is not a call to be served. */
export type Returning = {
  why: string;
  /** `hang-up`: it has had its call. `let-be`: the dialplan goes on with it. */
  then: 'hang-up' | 'let-be';
};

/**
 * Whether a leg is not a call to be served; null: it is one. After a conversation a leg can be sent through the dialplan once more, by
 * a transfer or a redirection: its call id is that of the call it had, whose record it must not touch. The second attempt of the
 * dialplan, after a controller was lost, is an ordinary call. A leg that the dialplan has taken back from us, because we were too
 * slow, may be an emergency call that it places by itself.
 */
export function returningLeg(header: ChannelHeaders, isServed: boolean): Returning | null {
  if (header('variable_billing_taken_back') === 'true') {
    return { why: 'the dialplan has continued without this controller', then: 'let-be' };
  }
  if (header('variable_billing_talked') === 'true') return { why: 'it has had a conversation', then: 'hang-up' };
  if (header('variable_billing_attempt') === '2') return null;
  if ((header('variable_last_bridge_to') ?? '') !== '') {
    return { why: 'it has been connected before', then: 'hang-up' };
  }
  return isServed ? { why: 'its call is still being served', then: 'hang-up' } : null;
}

/** The dialplan's second attempt, of a call whose two sides talk: whoever comes with it, it is not that call. */
export const inConversation: Returning = { why: 'its call is being served, and in conversation', then: 'hang-up' };

/** Lets go of the leg; nothing is recorded. */
export function turnAway(channel: Channel, { then }: Returning): void {
  const nothing = (): void => undefined;
  channel.listen({ onEvent: nothing, onHoldEnded: nothing, onRefused: nothing, onDisconnect: nothing });
  if (then === 'hang-up') channel.send([commands.hangUp('CALL_REJECTED')]);
  channel.close();
}
