import type { Account, Department, Extension } from '../words/directory.ts';
import { isE164 } from '../numbers/e164.ts';
import type { CallType } from '../words/call-type.ts';

/** What says which number is shown, in order of weight: of those that count, the last one that has a number decides. */
export const callerNumberSources = ['site', 'department', 'extension', 'account'] as const;
export type CallerNumberSource = (typeof callerNumberSources)[number];

export type CallerNumberSettings = {
  /** E.164 with `+`; null: none. */
  site: string | null;
  /** Shown on emergency calls of phones without a number of their own, E.164 with `+`; null: none. */
  emergency: string | null;
  /** Those that count. */
  sources: readonly CallerNumberSource[];
};

/** What who is called is shown. */
export type CallerNumber = {
  /** E.164 with `+`; null: the calling phone's own number, as it came. */
  number: string | null;
  anonymous: boolean;
};

export type CallerNumberRequest = {
  callType: CallType;
  /** Who pays; null: nobody needs to. */
  account: Pick<Account, 'callerNumber' | 'anonymous' | 'departmentCallerNumber'> | null;
  /** The calling phone; null: it is not in the directory. */
  extension: Pick<Extension, 'callerNumber' | 'callbackNumber' | 'departmentCallerNumber'> | null;
};

/**
 * Which number a call shows.
 *
 * - Within the house the phone's own.
 * - On an emergency call one that reaches this phone: its call-back number, else its own caller number, else the site's for
 *   emergencies, else the site's. Never an account's, and never none: who answers must be able to call back.
 * - Else by weight (`callerNumberSources`). The department is the one that the call is charged to: the account's, else the
 *   phone's. Anonymous is what the account says, whatever counts: it is a wish not to be known.
 */
export function callerNumber(request: CallerNumberRequest, settings: CallerNumberSettings): CallerNumber {
  const { callType, account, extension } = request;
  if (callType === 'internal') return { number: null, anonymous: false };
  if (callType === 'emergency') {
    const numbers = [extension?.callbackNumber, extension?.callerNumber, settings.emergency, settings.site];
    return { number: firstOf(numbers), anonymous: false };
  }
  const bySource: Record<CallerNumberSource, Department['callerNumber'] | undefined> = {
    site: settings.site,
    department: firstOf([account?.departmentCallerNumber, extension?.departmentCallerNumber]),
    extension: extension?.callerNumber,
    account: account?.callerNumber,
  };
  const counting = callerNumberSources.filter((source) => settings.sources.includes(source)).reverse();
  return { number: firstOf(counting.map((source) => bySource[source])), anonymous: account?.anonymous === true };
}

/** The first that is a number: a database that others write to may hold something else, which no carrier may get to see. */
function firstOf(numbers: readonly (string | null | undefined)[]): string | null {
  return numbers.find((number) => number != null && isE164(number)) ?? null;
}
