import * as commands from './call-commands.ts';
import type { Channel } from './channel.ts';
import type { Headers } from './headers.ts';

/**
 * Why a leg that reaches the socket is not a new call; null: it is one. After a conversation a leg can be sent through the dialplan
 * once more, by a transfer or a redirection: its call id is that of the call it had, whose record it must not touch. The second
 * attempt of the dialplan, after a controller was lost, is an ordinary call.
 */
export function returnedFrom(header: Headers, isServed: boolean): string | null {
  if (header('variable_billing_talked') === 'true') return 'it has had a conversation';
  if ((header('variable_last_bridge_to') ?? '') !== '') return 'it has been connected before';
  if (isServed && header('variable_billing_attempt') !== '2') return 'its call is still being served';
  return null;
}

/** Ends the leg; nothing is recorded. */
export function turnAway(channel: Channel): void {
  channel.listen({ onEvent: () => undefined, onRefused: () => undefined, onDisconnect: () => undefined });
  channel.send([commands.hangUp('CALL_REJECTED')]);
  channel.close();
}
