import type { Closer } from '../../words/call-record.ts';
import type { Account } from '../../words/directory.ts';
import type { CalledNumber } from '../../numbers/read.ts';
import type { CodeUse } from '../../policy/code.ts';
import type { CallType } from '../../words/call-type.ts';
import type { EntryMode } from '../../words/entry-mode.ts';
import type {
  CodeRefusal,
  LevelRefusal,
  LimitRefusal,
  NumberRefusal,
  PhoneRefusal,
  PriceRefusal,
  ServiceRefusal,
  WatchRefusal,
} from '../../words/outcome.ts';
import type { Announcement, Ask, Prompt } from '../prompts.ts';
import type { Allowed, BridgeFailure, CallState, CalleeEnd, Ending, LegEnd } from '../state.ts';

/** What happens to a call. */
export type CallEvent =
  /** `dialled` is the called number in direct entry alone; so is `forwarded` (see `Gathered`). */
  | { type: 'arrived'; entry: EntryMode; dialled: string; forwarded: boolean }
  /** One entry is over, by `#` (`terminated`), enough digits or a time-out. `isDoubtful`: digits may be missing. */
  | { type: 'keyed'; digits: string; terminated: boolean; isDoubtful: boolean }
  /** An entry that came before its question, which it will answer: told now because it may be an emergency number. */
  | { type: 'keyed-ahead'; digits: string }
  /** The caller hung up over these digits: they are for the record alone. */
  | { type: 'keyed-partly'; digits: string }
  | { type: 'code-accepted'; account: Account }
  /** Instead of a code `#` was keyed, and no code was keyed at this phone lately. */
  | { type: 'no-last-code' }
  | { type: 'code-refused'; reason: CodeRefusal | ServiceRefusal | PhoneRefusal }
  /**
   * `code`: whether this number may be called without one; `later`: for now. `payer`: the account that pays, as it is now; null: none.
   * `longestTalkMs`, `mayGoOn`: see `Allowed`; of a call that a code is still asked for, null and false. `announcement`: what the
   * caller hears first; null: nothing.
   */
  | {
      type: 'number-allowed';
      number: CalledNumber;
      rule: string;
      code: 'needed' | 'not-needed' | 'later';
      payer: Account | null;
      longestTalkMs: number | null;
      mayGoOn: boolean;
      announcement: Announcement | null;
    }
  /** `isCode`: what was keyed for a number is somebody's billing code. */
  | {
      type: 'number-refused';
      reason: NumberRefusal | LevelRefusal | LimitRefusal | PriceRefusal | WatchRefusal | ServiceRefusal | PhoneRefusal;
      rule: string;
      isCode: boolean;
    }
  | { type: 'record-stored' }
  | { type: 'record-not-stored' }
  | { type: 'callee-answered'; atMs: number }
  | { type: 'callee-ended'; end: CalleeEnd }
  /** The bridge application is over; null: it had found its far end, though perhaps nobody answered. */
  | { type: 'bridge-ended'; failure: BridgeFailure | null }
  /** `replaced`: another leg has taken the caller's place in the conversation, which goes on. */
  | { type: 'caller-ended'; end: LegEnd; failure: BridgeFailure | null; replaced: boolean }
  /** No end of the callee's leg came in time. */
  | { type: 'settled-late' }
  /** A person has set who pays, which was allowed. `rule`: for people. See `Allowed` for the limits. */
  | { type: 'account-set'; account: Account; rule: string; longestTalkMs: number | null; mayGoOn: boolean }
  /** From now on a conversation is left to the switch: at once, or as soon as there is one. */
  | { type: 'leave-in-conversation' }
  /** The switch tells the caller's display name better than it did when the call came. */
  | { type: 'caller-named'; callerName: string }
  /** The socket is gone, or the switch has gone silent: nothing more will be heard of this call. */
  | { type: 'connection-lost'; atMs: number };

/** What is to be done about it. */
export type CallEffect =
  | { type: 'record-arrival' }
  | { type: 'collect'; prompt: Prompt; ask: Ask }
  | { type: 'check-code'; code: string; use: CodeUse }
  /** Is there a code that was keyed at this phone lately, and may it be used again? */
  | { type: 'check-last-code' }
  /** `isFresh`: the account was looked up just now. */
  | {
      type: 'decide';
      account: Account | null;
      isFresh: boolean;
      authorizer: Account | null;
      number: string;
      forwarded: boolean;
      codeLater: boolean;
    }
  /** `awaited`: the bridge waits for it, and for a last look at the account; an emergency call does not. */
  | { type: 'record-open'; allowed: Allowed; route: number; awaited: boolean }
  | { type: 'bridge'; allowed: Allowed; route: number }
  /** The called party is not to be reached any more: the bridge ends. */
  | { type: 'give-up-bridge' }
  /** An emergency call is being placed: those who must know are told. */
  | { type: 'notify-emergency'; number: string }
  /** Says last words. `keyed` follows: without digits where the caller has heard all of them. */
  | { type: 'say-farewell'; prompt: Prompt; ending: Ending }
  /** Hangs the caller up without a word. `ending`: how the call ends, where no conversation tells that. */
  | { type: 'hang-up'; cause: string; ending: Ending | null }
  /**
   * Wait for the end of the callee's leg: for a moment, since there may be none; longer, after a conversation; as long as it may take the
   * called party to answer whoever took the caller's place; or as long as the conversation lasts that goes on without the caller.
   */
  | { type: 'await-callee'; patience: 'moment' | 'after-talk' | 'answer' | 'conversation' }
  | { type: 'record-close'; ending: Ending; billed: Billed }
  /** The account is another one. */
  | { type: 'record-change' }
  /** The record stays open: what the switch says of the call later closes it. */
  | { type: 'record-leave'; answeredAtMs: number | null }
  /** The channel is no longer ours. */
  | { type: 'release' };

export type Billed = {
  answeredAtMs: number | null;
  /** null: now. */
  endedAtMs: number | null;
  billableMs: number;
  estimated: boolean;
  closedBy: Closer;
};

export type MachineOptions = {
  /** How many entries of a code, and how many of a number, before the goodbye. */
  tries: number;
  /** The emergency number that a caller means by a number as keyed; null: none. */
  emergencyIn: (number: string) => string | null;
  /** Whether `#` alone may stand for a code here: for the last one, or for one that is said later. */
  mayGoWithoutCode: () => boolean;
  /** A call of this phone needs a code that says who calls besides that of who pays. */
  needsAuthorization: () => boolean;
  /** The site has call types for which it may be said later who pays. */
  codeLater: boolean;
  /** How many ways out there are for a call type. */
  routeCount: (callType: CallType) => number;
};

export type Step = { state: CallState; effects: CallEffect[] };
