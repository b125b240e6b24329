import type { CallType } from './call-type.ts';

/**
 * What an account or an extension may call. Lists are kept in canonical form (see `list.ts`); an empty list restricts
 * nothing. `allowedPrefixes` and `allowedNumbers` belong together: where either has an entry, a number must match one of
 * the two.
 */
export type Restriction = {
  /** Least digits of the called number, counted without international and national prefix; null: no limit. */
  minimumDigits: number | null;
  maximumDigits: number | null;
  blockedPrefixes: readonly string[];
  allowedPrefixes: readonly string[];
  allowedNumbers: readonly string[];
  allowedCallTypes: readonly CallType[];
};

export const unrestricted: Restriction = {
  minimumDigits: null,
  maximumDigits: null,
  blockedPrefixes: [],
  allowedPrefixes: [],
  allowedNumbers: [],
  allowedCallTypes: [],
};

/** Who pays. */
export type Account = {
  id: number;
  /** The billing code: the digits that name the account. A secret: masked in logs. */
  code: string;
  name: string;
  departmentId: number | null;
  /** Numbers on file; `#` alone calls the first. */
  customerNumbers: readonly string[];
  enabled: boolean;
  /** UTC milliseconds, inclusive; null: always. */
  validFromMs: number | null;
  /** UTC milliseconds, exclusive; null: for ever. */
  validUntilMs: number | null;
  restriction: Restriction;
  /** Shown to who is called, E.164 with `+`; null: none of its own (`caller-number.ts`). */
  callerNumber: string | null;
  /** Who is called is shown no number. */
  anonymous: boolean;
  /** Of its department, read with it; it is not kept with the account. */
  departmentCallerNumber: string | null;
};

export type Department = {
  id: number;
  name: string;
  /** Shown to who is called, E.164 with `+`; null: none of its own. */
  callerNumber: string | null;
};

/** The calling phone. */
export type Extension = {
  id: number;
  number: string;
  name: string;
  departmentId: number | null;
  restriction: Restriction;
  /** Shown to who is called, E.164 with `+`; null: none of its own (`caller-number.ts`). */
  callerNumber: string | null;
  /** E.164 that reaches this very phone, shown on emergency calls; null: none. */
  callbackNumber: string | null;
  /** Where the phone stands, for who is told of an emergency call; empty: not known. */
  place: string;
  /** The account that pays for calls which this phone forwards; null: none. */
  defaultAccountId: number | null;
  /** Of its department, read with it; it is not kept with the extension. */
  departmentCallerNumber: string | null;
};
