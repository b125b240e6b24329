/** What the controller tells FreeSWITCH. */
export type Command =
  /**
   * Runs a dialplan application on the channel; `id` comes back as `Application-UUID` when it is done. `lock`: what is queued
   * behind it waits for its end. Without, FreeSWITCH runs it on top of an application that reads frames, and a `hangup`
   * cuts a `playback` off (switch_ivr_play_say.c 1684, switch_core_session_dequeue_private_event).
   */
  | { type: 'execute'; app: string; arg: string; id: string; lock?: true }
  /** Lets events of this leg through. */
  | { type: 'filter'; legId: string }
  /** Lets no event through that names this application. */
  | { type: 'without'; application: string }
  /** Subscribes to events of these names. */
  | { type: 'events'; names: string }
  /** Takes back a subscription. */
  | { type: 'no-events'; names: string }
  /** Keeps the socket open after the hangup, to receive its events. */
  | { type: 'linger'; seconds: number }
  | { type: 'api'; command: string; args: string };

/** A command that could have been read as something else by FreeSWITCH; it was not sent. */
export class UnsafeCommandError extends Error {
  override readonly name = 'UnsafeCommandError';
}

/** A line break would end the header and begin another one; NUL ends the string inside FreeSWITCH. */
const breaksOut = /[\r\n\0]/;

export function assertOneLine(command: Command): void {
  for (const value of Object.values(command)) {
    if (typeof value === 'string' && breaksOut.test(value)) {
      throw new UnsafeCommandError(`a line break in the ${command.type} command`);
    }
  }
}
