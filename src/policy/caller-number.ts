import type { Account, Department, Extension } from '../words/directory.ts';
import { isE164 } from '../numbers/e164.ts';
import type { CallType } from '../words/call-type.ts';

/** Who may set the number that is shown, in increasing precedence: the last enabled one that has a number decides. */
export const callerNumberSources = ['site', 'department', 'extension', 'account'] as const;
export type CallerNumberSource = (typeof callerNumberSources)[number];

export type CallerNumberSettings = {
  /** E.164 with `+`; null: none. */
  site: string | null;
  /** Shown on emergency calls from phones without a number of their own, E.164 with `+`; null: none. */
  emergency: string | null;
  /** The enabled ones. */
  sources: readonly CallerNumberSource[];
};

/** What the called party is shown. */
export type CallerNumber = {
  /** E.164 with `+`; null: the calling phone's own number, as received. */
  number: string | null;
  anonymous: boolean;
};

export type CallerNumberRequest = {
  callType: CallType;
  /** The account that pays; null: none needs to. */
  account: Pick<Account, 'callerNumber' | 'anonymous' | 'departmentCallerNumber'> | null;
  /** The calling phone; null: it is not in the directory. */
  extension: Pick<Extension, 'callerNumber' | 'callbackNumber' | 'departmentCallerNumber'> | null;
};

/**
 * Which number a call shows.
 *
 * - Internal calls show the phone's own.
 * - Emergency calls show one that reaches this phone: its call-back number, or else its caller number, the site's number for
 *   emergencies, or the site's number. Never an account's, and never none, because whoever answers must be able to call back.
 * - Other calls go by precedence (`callerNumberSources`). The department is the one to which the call is charged: the account's,
 *   or else the phone's. An account that asks for anonymity gets it, whichever sources are enabled.
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

/** The first that is a number: others write to the database too, and no carrier may get to see anything else. */
function firstOf(numbers: readonly (string | null | undefined)[]): string | null {
  return numbers.find((number) => number != null && isE164(number)) ?? null;
}
