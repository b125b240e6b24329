import type { CalledNumber } from '../numbers/read.ts';
import type { DialPlan } from '../numbers/dial-plan.ts';
import type { CallerNumber } from '../policy/caller-number.ts';
import type { LimitDecision } from '../policy/limits/limits.ts';
import type { Months, Rates } from '../rating/look-up.ts';
import type { CallCost } from '../policy/limits/money.ts';
import type { CallRecord } from '../words/call-record.ts';
import type { CallType } from '../words/call-type.ts';
import type { Account, Extension } from '../words/directory.ts';
import type { EntryMode } from '../words/entry-mode.ts';
import type { CallEffect, CallEvent } from './machine/events.ts';
import type { Ask, Prompt } from './prompts.ts';
import type { Ending } from './state.ts';

/*
 * What one call needs of the rest: a switch that has it, a directory, a keeper of its record. Nothing in this folder knows who
 * they are; the controller puts them together.
 */

/** Who calls and how, as the switch tells it. All of it but `entry` comes from the caller and is data. */
export type Caller = {
  /** The call's unique id everywhere. */
  callId: string;
  /** Name of the switch. */
  switchName: string;
  entry: EntryMode;
  /** Number of the calling phone. */
  extension: string;
  callerName: string;
  /** What was dialled. */
  dialled: string;
  /** Number of the phone that forwarded the call, whose call it is then; null: nobody did. */
  forwardedBy: string | null;
  /** Emergency numbers that the switch lists besides the site's, e.g. `911|112`; empty: none. */
  emergencyNumbers: string;
};

/** A record that names the leg of the called party. */
export type OpenRecord = CallRecord & { calleeLegId: string };

/** One attempt to reach the called party. */
export type BridgeOrder = {
  /** The open record of this attempt. */
  record: OpenRecord;
  number: CalledNumber;
  /** Which of the call type's ways out, from 0. */
  route: number;
  /** What the called party is shown. */
  shown: CallerNumber;
  /** How long the two sides may talk; null: no limit of its own, only that of every call. */
  longestTalkMs: number | null;
};

/**
 * The switch, as one call sees it. Every method answers at once; what comes of it is told by an event. Where the switch is gone,
 * or the call was released, nothing is done.
 */
export type CallSwitch = {
  readonly caller: Caller;
  /** UTC milliseconds by the switch's own clock, as far as it has told: all times of a call's record are of one clock. */
  nowMs(): number;
  /** An id for the leg of a called party. */
  newLegId(): string;
  /** Names of the ways out for a call type, the preferred one first. */
  gateways(callType: CallType): readonly string[];
  /** Takes the call up; to be called first, and once. `record`: that of the arrival. `plan`: what the caller's keys may mean. */
  takeUp(listener: SwitchListener, record: CallRecord, plan: DialPlan): void;
  /** Answers the caller where that has not been done, plays the prompt and collects an entry. */
  collect(prompt: Prompt, ask: Ask): void;
  /** The next question is asked no sooner than in `ms`: until then, what the caller keys is kept for it, and `keyed-ahead` tells of it. */
  keepKeys(ms: number): void;
  bridge(order: BridgeOrder): void;
  /** Ends an attempt to reach the called party that was not answered; `bridge-ended` tells when. */
  giveUpBridge(): void;
  /** Says last words, which a key cuts short. `keyed` follows. */
  sayFarewell(prompt: Prompt, ending: Ending): void;
  /** `ending`: how the call ends; null: a conversation tells that. */
  hangUp(cause: string, ending: Ending | null): void;
  /** Ends the call at once, whatever it is doing, because a person asked for that. Events tell how it ended. */
  cutOff(): void;
  /** Waits for the end of the callee's leg; where it does not come in time, `settled-late` does. */
  awaitCallee(patience: Patience): void;
  /** Lets the switch go on without us. */
  release(): void;
  /** Its account is another one: what the switch says of the call later names it. */
  accountChanged(record: CallRecord): void;
  /** How long the conversation may last in all, from its answer on; replaces the earlier limit. Null: only the site's own limit. */
  talkUntil(longestMs: number | null): void;
};

export type Patience = (CallEffect & { type: 'await-callee' })['patience'];

/** Takes what the switch tells. */
export type SwitchListener = {
  onEvent(event: CallEvent): void;
  onSignOfLife(sign: Omit<SignOfLife, 'callId'>): void;
  /**
   * Whether an entry that looked complete, and that nothing followed for a moment, may be the beginning of another one; null: it
   * is what it looks like.
   */
  mayGoOn(digits: string): Promise<boolean> | null;
};

/** A bridged call was up at this moment. Times are UTC milliseconds. */
export type SignOfLife = {
  callId: string;
  /** null: the called party had not answered yet. */
  answeredAtMs: number | null;
  heardAtMs: number;
};

/** What a call asks of the directory. Answers come from a copy that is here and never wait for a network, but for an unknown code. */
export type CallDirectory = {
  findAccountByCode(code: string): Promise<Account | null>;
  /** E.g. the account that pays for what an extension forwards. */
  findAccountById(id: number): Promise<Account | null>;
  findExtension(number: string): Promise<Extension | null>;
  /** Whether a billing code or an extension begins with these digits and goes on. */
  isBeginning(digits: string): Promise<boolean>;
};

/** What a call would be priced by, from the copy of the rates that is here. */
export type CallRates = Rates & Months;

/** Somebody who calls, and what that costs. */
export type LimitedCall = {
  parties: LimitedParties;
  /** Null: what was keyed is no number that could be called. */
  number: CalledNumber | null;
  cost: CallCost;
};
export type LimitedParties = { account: Account | null; extension: Extension | null };

/**
 * How much may be called, and whether that is as usual: decides, and counts the calls that it allows (policy/limits, policy/watch).
 * All of it answers at once, except `ready`.
 */
export type CallLimits = {
  /** Whether what it costs has to be known. */
  askPrice(call: Pick<LimitedCall, 'parties' | 'number'>): boolean;
  /** Whether no other call uses up what is free in the month of the account that pays, as far as can be known. */
  isNext(parties: LimitedParties, nowMs: number): boolean;
  /**
   * Resolves once it is known what these have used. Only where controllers share an amount, and this one has too little of it, it asks
   * for more, and waits for as long as the look-up of a code may take.
   */
  ready(call: LimitedCall, nowMs: number): Promise<void>;
  /** Counts nothing: for a call that is over. */
  look(call: LimitedCall, nowMs: number): LimitDecision;
  /** What is left of what was paid in for an account, in millionths; null: not known here, for instance because controllers share it. */
  balanceOf(account: Account, currency: string, nowMs: number): number | null;
  begin(callId: string, call: LimitedCall, nowMs: number): LimitDecision;
  /**
   * Decides whether a call that is up, and has lasted so long, may be these parties' from its beginning, and counts it so where it may.
   * `longestMs`: from its beginning.
   */
  change(call: { callId: string; talkedMs: number }, limited: LimitedCall, nowMs: number): LimitDecision;
  /** A call that was allowed is being placed. */
  placed(callId: string): void;
  /** More for a call that may go on. `longestMs`: how long the two sides may talk then, from their beginning; null: there is no more. */
  extend(callId: string, nowMs: number): { longestMs: number | null; mayGoOn: boolean } | null;
  /** The call is no longer served: where nothing was counted as over, it was never placed. */
  drop(callId: string): void;
};

/** Keeps the record of one call. A call waits for `opened` alone. */
export type RecordKeeper = {
  /** A call has arrived. */
  arrived(record: CallRecord): void;
  /** A call is about to be bridged; resolves once the record is durable. */
  opened(record: CallRecord): Promise<void>;
  /** A call was placed that waits for no record. */
  keep(record: CallRecord): void;
  /** A call is over. */
  closed(record: CallRecord): void;
  /** A conversation is left to the switch: its record stays open. */
  left(record: CallRecord, sign: SignOfLife): void;
  /** A bridged call is up. */
  heard(sign: SignOfLife): void;
};

/** For people and meters; nothing of the call depends on it. */
export type CallLog = {
  step(callId: string, step: string, fields: Readonly<Record<string, unknown>>): void;
  ended(record: CallRecord): void;
  problem(callId: string, what: string, error: unknown): void;
};
