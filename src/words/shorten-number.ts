import type { CallRecord } from './call-record.ts';

/** As long as a number of the house, a service or an emergency number: it tells of no person outside. */
const longestWhole = 6;
const hiddenSign = '*';

/** `+18016420100` with 4 digits hidden is `+1801642****`; doing it again changes nothing. Short numbers stay as they are. */
export function shortenNumber(number: string, hiddenDigits: number): string {
  if (number.length <= longestWhole) return number;
  const shown = Math.max(number.length - hiddenDigits, 1);
  return number.slice(0, shown) + hiddenSign.repeat(number.length - shown);
}

/** The same of what a phone sends as its name, where that is a number. */
const shortenName = (name: string, hiddenDigits: number): string =>
  /^\+?[0-9]+\**$/.test(name) ? shortenNumber(name, hiddenDigits) : name;

/** Whether an E.164 number lacks digits: no rate and no country is found by it any more. */
export const isShortened = (e164: string | null): boolean => e164 !== null && e164.endsWith(hiddenSign);

/** The country of a call: by its number, or what was kept of it where the number was shortened or erased. */
export const keptCountry = (
  { calledE164, country }: { calledE164: string | null; country: string | null },
  countryOf: (e164: string | null) => string | null,
): string | null => (calledE164 === null || isShortened(calledE164) ? country : countryOf(calledE164));

export type Numbers = Pick<CallRecord, 'callerName' | 'keyedNumber' | 'calledNumber' | 'calledE164'>;

/** The record with its numbers so. */
export function shortened<Record extends Numbers>(record: Record, hiddenDigits: number): Record {
  const short = (number: string | null): string | null =>
    number === null ? null : shortenNumber(number, hiddenDigits);
  return {
    ...record,
    callerName: shortenName(record.callerName, hiddenDigits),
    keyedNumber: shortenNumber(record.keyedNumber, hiddenDigits),
    calledNumber: short(record.calledNumber),
    calledE164: short(record.calledE164),
  };
}
