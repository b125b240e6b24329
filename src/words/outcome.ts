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
  /** The controller or FreeSWITCH died before the call was decided, and nothing tells how it would have ended. */
  'interrupted',
] as const;
export type Outcome = (typeof outcomes)[number];

/** Why a billing code was refused. */
export const codeRefusals = [
  'code-unknown',
  'code-disabled',
  'code-not-yet-valid',
  'code-expired',
  /** Too many wrong codes from this phone. */
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
  /** The dial plan knows no such number. */
  'number-invalid',
  /** `#` alone, and the account has no customer number on file. */
  'no-number-on-file',
] as const;
export type NumberRefusal = (typeof numberRefusals)[number];

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

/** What was keyed cannot be read as what was asked for, e.g. a shortcut without a number and nothing on file. */
export const entryRefusals = ['entry-malformed'] as const;
export type EntryRefusal = (typeof entryRefusals)[number];

/** Refusals that concern the service and not what was keyed. */
export const serviceRefusals = ['directory-stale'] as const;
export type ServiceRefusal = (typeof serviceRefusals)[number];

/** Refusals of the calling phone, before anything was keyed: the caller hears no sentence about them. */
export const phoneRefusals = [
  /** The directory does not know the phone, and `entry.unknownExtension` refuses such. */
  'extension-unknown',
  /** It forwards a call of a type that needs a code, and has no default account. */
  'no-account-for-forwarding',
] as const;
export type PhoneRefusal = (typeof phoneRefusals)[number];

export type SpokenRefusal = CodeRefusal | NumberRefusal | EntryRefusal | ServiceRefusal;
export type Refusal = SpokenRefusal | PhoneRefusal;
export type Reason = Refusal | Failure | Abandonment;

export const reasons: readonly Reason[] = [
  ...codeRefusals,
  ...numberRefusals,
  ...entryRefusals,
  ...serviceRefusals,
  ...phoneRefusals,
  ...failures,
  ...abandonments,
];

export function isCodeRefusal(reason: Reason): reason is CodeRefusal {
  return (codeRefusals as readonly string[]).includes(reason);
}
