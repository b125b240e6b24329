import type { CallRecord } from '../words/call-record.ts';
import type { Heartbeat } from '../store/ports/recovery-store.ts';

/*
 * What closing records needs to hear of the switch. How a switch tells it, by its event socket, its CDRs or what it left behind when
 * it died, is for the switch's own folder to know.
 */

/** How a call ended, as the switch tells it. */
export type ReportedEnding = Pick<
  CallRecord,
  'outcome' | 'reason' | 'hangupCause' | 'answeredAtMs' | 'endedAtMs' | 'billableMs' | 'estimated'
>;

/** A call whose end is looked for. */
export type FollowedCall = {
  readonly callId: string;
  /** null: the called party had no leg yet. */
  readonly calleeLegId: string | null;
};

/** A switch that can be asked what it has, and tells what becomes of it. Its methods reject where it cannot be asked any more. */
export type SwitchWatch = {
  /** As records name it. */
  switchName(): Promise<string>;
  /** The ids of all legs that are up. */
  legs(): Promise<ReadonlySet<string>>;
  /** From now on what becomes of this call is told. */
  follow(call: FollowedCall): Promise<void>;
  close(): void;
};

export type WatchListener = {
  onEnded(callId: string, ending: ReportedEnding): void;
  onSignOfLife(sign: Heartbeat): void;
  onProblem(what: string): void;
  /** Called once, unless it was closed by us. */
  onLost(why: string): void;
};

/** Rejects with one clear line where the switch cannot be asked. */
export type ConnectWatch = (listener: WatchListener) => Promise<SwitchWatch>;
