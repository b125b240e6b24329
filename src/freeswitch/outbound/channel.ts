import type { Command } from '../wire/command.ts';
import type { ChannelHeaders, EventHeaders } from '../wire/headers.ts';

/** An event of one of the call's two legs. */
export type ChannelEvent = {
  /** `Event-Name`, e.g. `CHANNEL_EXECUTE_COMPLETE`. */
  name: string;
  legId: string;
  header: EventHeaders;
};

/** Why a channel is no longer there. */
export type Disconnect =
  /** FreeSWITCH closed the socket, or we did. */
  | { kind: 'closed' }
  /** The connection broke, or the peer misbehaved; `detail` says how. */
  | { kind: 'failed'; detail: string };

export type ChannelListener = {
  onEvent(event: ChannelEvent): void;
  /** An application that keeps keys between two entries is over (call-commands.ts, `hold`). */
  onHoldEnded(id: string): void;
  /** FreeSWITCH answered `-ERR` to a command. */
  onRefused(command: Command, detail: string): void;
  /** Called once, last. */
  onDisconnect(why: Disconnect): void;
};

/** One caller's leg, as the outbound socket gives it. */
export type Channel = {
  /** The caller's leg's Unique-ID. */
  readonly callId: string;
  /** A header of the channel's data as they were when FreeSWITCH connected; names as in CHANNEL_DATA. */
  info: ChannelHeaders;
  /** Sends commands as one packet, without waiting for their replies. Throws an `UnsafeCommandError`, and then sends none. */
  send(commands: readonly Command[]): void;
  listen(listener: ChannelListener): void;
  /** Drops the data of `info`: they are several times the size of all else that a waiting call holds. */
  forgetInfo(): void;
  /** Lets FreeSWITCH go on without us. */
  close(): void;
};

export function eventOf(header: EventHeaders): ChannelEvent | null {
  const name = header('Event-Name');
  const legId = header('Unique-ID');
  return name === undefined || legId === undefined ? null : { name, legId, header };
}
