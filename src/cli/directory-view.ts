import type { Department, Restriction } from '../words/directory.ts';
import { formatList } from '../policy/list.ts';

/** What accounts and extensions share when they are shown. */

export const departmentNameOf = (
  { departmentId }: { departmentId: number | null },
  departments: readonly Department[],
): string | null => departments.find(({ id }) => id === departmentId)?.name ?? null;

/** In words, as short as a table needs: `4-11 digits; not 1900; only +44 101; local, national`. */
export function limitsOf(restriction: Restriction): string {
  const { minimumDigits, maximumDigits, blockedPrefixes, allowedPrefixes, allowedNumbers, allowedCallTypes } =
    restriction;
  const limits: string[] = [];
  if (minimumDigits !== null && maximumDigits !== null) limits.push(`${minimumDigits}-${maximumDigits} digits`);
  else if (minimumDigits !== null) limits.push(`from ${minimumDigits} digits`);
  else if (maximumDigits !== null) limits.push(`up to ${maximumDigits} digits`);
  if (blockedPrefixes.length > 0) limits.push(`not ${blockedPrefixes.map((prefix) => `${prefix}…`).join(' ')}`);
  const only = [...allowedPrefixes.map((prefix) => `${prefix}…`), ...allowedNumbers];
  if (only.length > 0) limits.push(`only ${only.join(' ')}`);
  if (allowedCallTypes.length > 0) limits.push(formatList(allowedCallTypes));
  return limits.join('; ');
}

/** Labels in the words of the CSV columns. */
export function restrictionLines(restriction: Restriction): [label: string, value: string][] {
  return [
    ['least digits', String(restriction.minimumDigits ?? '')],
    ['most digits', String(restriction.maximumDigits ?? '')],
    ['blocked prefixes', formatList(restriction.blockedPrefixes)],
    ['allowed prefixes', formatList(restriction.allowedPrefixes)],
    ['allowed numbers', formatList(restriction.allowedNumbers)],
    ['allowed call types', formatList(restriction.allowedCallTypes)],
  ];
}

/** Lines of `label: value`. */
export const labelled = (lines: readonly (readonly [label: string, value: string])[]): string[] =>
  lines.map(([label, value]) => `${`${label}:`.padEnd(20)}${value === '' ? '-' : value}`);
