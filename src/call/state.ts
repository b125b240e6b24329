import type { Account } from '../policy/directory.ts';
import type { CalledNumber } from '../policy/number.ts';
import type { EntryMode } from './entry-mode.ts';
import type { Failure, Outcome, Reason } from './outcome.ts';
import type { Ask } from './prompts.ts';

/** What a call has gathered so far; it travels from state to state. */
export type Gathered = {
  entry: EntryMode;
  /** Wrong or empty entries so far. */
  failedCodes: number;
  failedNumbers: number;
  /** The code last keyed. */
  code: string;
  /** The account of an accepted code. */
  account: Account | null;
  number: WantedNumber;
};

/** Which number the caller wants. */
export type WantedNumber =
  | { kind: 'none' }
  | { kind: 'keyed'; digits: string }
  /** The customer number of the account. */
  | { kind: 'on-file' };

/** The call that was allowed. */
export type Allowed = { number: CalledNumber; rule: string };

/** The end of a leg, as FreeSWITCH tells it. */
export type LegEnd = {
  cause: string;
  endedAtMs: number;
  /** null: the leg was never answered. */
  answeredAtMs: number | null;
  billableMs: number;
};

/** How the call ends, known before the caller has hung up. */
export type Ending = { outcome: Outcome; reason: Reason | null; rule: string | null; hangupCause: string };

export type CallState =
  /** The channel is there, nothing was done with it. */
  | { name: 'new' }
  /** A prompt plays, digits come in. */
  | { name: 'collecting'; ask: Ask; gathered: Gathered }
  /** The code was keyed and is being looked up. */
  | { name: 'checking-code'; gathered: Gathered }
  /** Code and number are there; may this code call it? */
  | { name: 'deciding'; gathered: Gathered }
  /** Allowed; the open call record is on its way to disk. */
  | { name: 'recording'; gathered: Gathered; allowed: Allowed }
  /** The bridge was sent; the far end may ring. */
  | { name: 'connecting'; gathered: Gathered; allowed: Allowed; bridge: BridgeProgress }
  /** The called party answered. */
  | { name: 'talking'; gathered: Gathered; allowed: Allowed; bridge: BridgeProgress }
  /** The caller has hung up; the end of the callee's leg is still to come. */
  | { name: 'settling'; gathered: Gathered; allowed: Allowed; bridge: BridgeProgress; callerEnd: LegEnd }
  /** Last words, then we hang up. */
  | { name: 'leaving'; gathered: Gathered; allowed: Allowed | null; ending: Ending; bridge: BridgeProgress | null }
  | { name: 'ended' };

export type BridgeProgress = {
  calleeEnd: LegEnd | null;
  answeredAtMs: number | null;
  /** Why the bridge came to nothing, where it did. */
  failure: BridgeFailure | null;
};

export type BridgeFailure =
  | { outcome: 'busy' | 'no-answer' | 'cancelled'; cause: string }
  | { outcome: 'failed'; reason: Failure; cause: string };

export type StateName = CallState['name'];
