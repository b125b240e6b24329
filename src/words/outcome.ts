/** How a call attempt ended. A closed list: reports, SQL and screens use these words and no others. */
export const outcomes = [
  /** The called party answered. */
  'answered',
  'busy',
  'no-answer',
  /** The caller hung up while the far end was ringing. */
  'cancelled',
  /** The call was allowed and placed but could not be completed; `reason` says why. */
  'failed',
  /** The call was not allowed; `reason` says why. */
  'refused',
  /** The caller hung up or fell silent before there was a decision. */
  'abandoned',
  /** The controller or FreeSWITCH crashed before anybody is known to have answered, and nothing tells how the call ended. */
  'interrupted',
] as const;
export type Outcome = (typeof outcomes)[number];

/** Outcomes of calls that went out. */
export const placedOutcomes = [
  'answered',
  'busy',
  'no-answer',
  'cancelled',
  'failed',
] as const satisfies readonly Outcome[];

const spokenCodeRefusals = ['code-unknown', 'code-disabled', 'code-not-yet-valid', 'code-expired'] as const;

/** Why a billing code was refused. */
export const codeRefusals = [
  ...spokenCodeRefusals,
  /** Too many wrong codes, from this phone or everywhere: right or wrong, this one was refused (policy/guessing). */
  'code-locked',
] as const;
export type CodeRefusal = (typeof codeRefusals)[number];

/** Why a number was refused. */
export const numberRefusals = [
  'number-too-short',
  'number-too-long',
  'number-blocked',
  'number-not-allowed',
  'call-type-not-allowed',
  /** The number is not in the dial plan. */
  'number-invalid',
  /** The rate table of the call has the number's code as closed. */
  'destination-closed',
  /** `#` alone, and the account has no customer number on file. */
  'no-number-on-file',
] as const;
export type NumberRefusal = (typeof numberRefusals)[number];

/** What is used up, or not open now, of how much account, extension or site may call (policy/limits). */
export const limitRefusals = [
  /** No call may begin at this time of the week. */
  'outside-hours',
  /** As many calls as are allowed are up, or begin within a minute. */
  'too-many-calls',
  'too-many-calls-a-minute',
  /** The minutes of the day or month are used up, or reserved by calls that are up. */
  'minutes-used-up',
  /** The money of the day, month or contract, or what was paid in, is used up or reserved: what is left is not enough for this call. */
  'money-used-up',
] as const;
export type LimitRefusal = (typeof limitRefusals)[number];

/** Why the price of a number is no price to call it for; another number may do. */
export const priceRefusals = [
  /** A minute costs more than is allowed. */
  'price-too-high',
  /** There is no rate for it, and money is limited. */
  'price-unknown',
] as const;
export type PriceRefusal = (typeof priceRefusals)[number];
export type MoneyRefusal = PriceRefusal | 'money-used-up';

/** The number demands a higher authorization level than the code's account has; another code may do (policy/levels.ts). */
export const levelRefusals = ['level-too-low'] as const;
export type LevelRefusal = (typeof levelRefusals)[number];

/** Why a call that was allowed is not wanted after all. */
export const confirmationRefusals = [
  /** The caller heard what a minute costs and did not press 1, or was forwarded and could not (`entry.confirmPrice`). */
  'price-not-confirmed',
] as const;
export type ConfirmationRefusal = (typeof confirmationRefusals)[number];

/** What the watch over destinations has come to (policy/watch): the caller hears what is said of a number that may not be called. */
export const watchRefusals = ['fraud-suspected'] as const;
export type WatchRefusal = (typeof watchRefusals)[number];

/** Why an allowed call could not be completed. */
export const failures = [
  'gateway-down',
  'unallocated-number',
  'rejected',
  'congestion',
  /** The open call record could not be written, and no call is placed without one. */
  'record-not-stored',
  'other-failure',
] as const;
export type Failure = (typeof failures)[number];

/** Why a call was given up before a decision. */
export const abandonments = ['caller-hung-up', 'no-digits', 'connection-lost'] as const;
export type Abandonment = (typeof abandonments)[number];

/** What was keyed is not what was asked for, e.g. a shortcut without a number and with nothing on file. */
export const entryRefusals = ['entry-malformed'] as const;
export type EntryRefusal = (typeof entryRefusals)[number];

/** Refusals because of the service, whatever was keyed. */
export const serviceRefusals = ['directory-stale'] as const;
export type ServiceRefusal = (typeof serviceRefusals)[number];

/** Refusals of the calling phone, before anything is keyed: the caller hears no announcement about them. */
export const phoneRefusals = [
  /** The phone is not in the directory, and `entry.unknownExtension` refuses such phones. */
  'extension-unknown',
  /** The phone forwards a call of a type that needs a code, and has no default account. */
  'no-account-for-forwarding',
] as const;
export type PhoneRefusal = (typeof phoneRefusals)[number];

/** What callers are told. Whoever may be guessing is told no more than that the code is wrong: `code-locked` sounds like `code-unknown`. */
export const spokenRefusals = [
  ...spokenCodeRefusals,
  ...numberRefusals,
  ...entryRefusals,
  ...limitRefusals,
  ...priceRefusals,
  ...levelRefusals,
  ...serviceRefusals,
] as const;
export type SpokenRefusal = (typeof spokenRefusals)[number];
export type Refusal = SpokenRefusal | PhoneRefusal | ConfirmationRefusal | WatchRefusal | 'code-locked';
export type Reason = Refusal | Failure | Abandonment;

export const reasons: readonly Reason[] = [
  ...spokenRefusals,
  'code-locked',
  ...watchRefusals,
  ...phoneRefusals,
  ...confirmationRefusals,
  ...failures,
  ...abandonments,
];
