import type { Account } from '../words/directory.ts';
import type { CodeUse } from '../policy/code.ts';
import type { CalledNumber } from '../numbers/read.ts';
import type { EntryMode } from '../words/entry-mode.ts';
import type { Failure, Outcome, Reason } from '../words/outcome.ts';
import type { Announcement, Asked } from './prompts.ts';

/** What a call has gathered so far; it travels from state to state. */
export type Gathered = {
  entry: EntryMode;
  /** Forwarded by the phone for somebody who cannot key anything: never answered before the far end is. */
  forwarded: boolean;
  /** Wrong or empty entries so far. */
  failedCodes: number;
  failedNumbers: number;
  /** The code last keyed. */
  code: string;
  /** The code last keyed that says who calls, and its account once it was accepted. */
  authorization: string;
  authorizer: Account | null;
  /** The account of an accepted code, or of a forwarding phone. */
  account: Account | null;
  /** The caller wants to say later who pays. */
  codeLater: boolean;
  number: WantedNumber;
  /** Once the two sides talk, the switch has the call alone. */
  handOver: boolean;
};

/** Which number the caller wants. */
export type WantedNumber =
  | { kind: 'none' }
  /** `isCode`: the digits turned out to be somebody's billing code, and are shown masked. */
  | { kind: 'keyed'; digits: string; isCode: boolean }
  /** The customer number of the account. */
  | { kind: 'on-file' };

/** Who pays for a call. A call type that needs a code is allowed with an account alone. */
export type Payer =
  /** `setLater`: the call went out without a code, or without needing one. */
  | { kind: 'account'; account: Account; authorizer: Account | null; setLater?: 'code-later' | 'no-code-needed' }
  /** A call type that needs no code, from a phone that may call it so. */
  | { kind: 'no-code-needed' }
  /** A call type for which that may be said later, from a phone by whose number the call can be found. */
  | { kind: 'code-later' }
  | { kind: 'emergency' };

/** The call that was allowed. */
export type Allowed = {
  number: CalledNumber;
  rule: string;
  payer: Payer;
  /** How long the two sides may talk, by the limits of who calls; null: they set none, only that of every call holds. */
  longestTalkMs: number | null;
  /** More may be had once the two sides talk. */
  mayGoOn: boolean;
};

/** The end of a leg, as the switch tells it. */
export type LegEnd = {
  cause: string;
  endedAtMs: number;
  /** null: the leg was never answered. */
  answeredAtMs: number | null;
  billableMs: number;
  /** Why the switch's own figures are not believed; the ones here were then measured by us. */
  doubt?: string;
};

/** How the call ends, known before the caller has hung up. */
export type Ending = { outcome: Outcome; reason: Reason | null; rule: string | null; hangupCause: string };

export type CallState =
  /** The channel is there, nothing was done with it. */
  | { name: 'new' }
  /** A prompt plays, digits come in. */
  | { name: 'collecting'; ask: Asked; gathered: Gathered }
  /** The code was keyed and is being looked up. */
  | { name: 'checking-code'; gathered: Gathered; use: CodeUse }
  /** The number is there; may it be called, and with this code? */
  | { name: 'deciding'; gathered: Gathered }
  /**
   * Allowed, and the caller hears what there is to pay with and what it costs: it is placed then, or once the caller wants it at that
   * price. `askedAgain`: for the second time.
   */
  | {
      name: 'confirming';
      gathered: Gathered;
      allowed: Allowed;
      announcement: Announcement;
      askedAgain: boolean;
    }
  /** Allowed; the open call record is on its way to disk. */
  | { name: 'recording'; gathered: Gathered; allowed: Allowed; route: number }
  /** The bridge was sent; the far end may ring. */
  | { name: 'connecting'; gathered: Gathered; allowed: Allowed; bridge: BridgeProgress }
  /** The called party answered. */
  | { name: 'talking'; gathered: Gathered; allowed: Allowed; bridge: BridgeProgress }
  /** The caller has hung up; the end of the callee's leg is still to come. `goesOn`: somebody else talks in the caller's place. */
  | {
      name: 'settling';
      gathered: Gathered;
      allowed: Allowed;
      bridge: BridgeProgress;
      callerEnd: LegEnd;
      goesOn: boolean;
    }
  /** Last words, then we hang up. */
  | {
      name: 'leaving';
      gathered: Gathered;
      allowed: Allowed | null;
      ending: Ending;
      bridge: BridgeProgress | null;
      /** How often the last words were begun. */
      timesSaid: number;
    }
  | { name: 'ended' };

export type BridgeProgress = {
  /** Which of the call type's routes, from 0. */
  route: number;
  calleeEnd: CalleeEnd | null;
  answeredAtMs: number | null;
  /** Why the bridge came to nothing, where it did. */
  failure: BridgeFailure | null;
  /** The bridge is over without a word why: the end of the callee's leg will tell. */
  over: boolean;
  /** An emergency number that the caller has keyed meanwhile: it is called as soon as this bridge is over. */
  emergency: string | null;
};

/** `failure`: what its cause means where it was never answered. */
export type CalleeEnd = LegEnd & { failure: BridgeFailure | null };

/** `ofGateway`: it says something of the gateway and nothing of the called party, so another gateway may do better. */
export type BridgeFailure =
  | { outcome: 'busy' | 'no-answer' | 'cancelled'; cause: string; ofGateway: boolean }
  | { outcome: 'failed'; reason: Failure; cause: string; ofGateway: boolean };
