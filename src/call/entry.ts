import { maskCode } from '../words/mask-code.ts';

/** `<authorization>*<code>`, or one code alone; null: only one was keyed. */
type Codes = { authorization: string | null; code: string };

/**
 * What was keyed at a prompt, read. The terminator `#` never reaches here; whether it was keyed is told beside the digits,
 * because a time-out ends an entry too.
 */
export type ShortcutEntry =
  /** `<code>**<number>#` */
  | (Codes & { kind: 'code-and-number'; number: string })
  /** `<code>#`: call the number on file. */
  | (Codes & { kind: 'code-for-number-on-file' })
  /** `**<number>#`: a number, and no code. */
  | { kind: 'number-alone'; number: string }
  /** A code, and no number yet. */
  | (Codes & { kind: 'code-only' })
  | { kind: 'malformed' };

const codesText = /^(?:([0-9]{1,20})\*)?([0-9]{1,20})$/;
const separator = '**';

/** `wantsTwo`: two codes are needed; elsewhere two numbers with one star between them are a number whose second star was missed. */
export function readShortcut(digits: string, terminated: boolean, wantsTwo = false): ShortcutEntry {
  const at = digits.indexOf(separator);
  const before = at === -1 ? digits : digits.slice(0, at);
  const number = at === -1 ? '' : digits.slice(at + separator.length);
  if (before === '' && number !== '') return { kind: 'number-alone', number };
  const [, authorization = null, code] = codesText.exec(before) ?? [];
  if (code === undefined || (at === -1 && authorization !== null && !wantsTwo)) return { kind: 'malformed' };
  const codes: Codes = { authorization, code };
  if (at === -1) return { kind: terminated ? 'code-for-number-on-file' : 'code-only', ...codes };
  return number === '' ? { kind: 'code-only', ...codes } : { kind: 'code-and-number', ...codes, number };
}

/** A caller in a hurry may key the shortcut at the prompt for the code; a code alone means: ask me for the number. */
export function readCode(digits: string, wantsTwo = false): ShortcutEntry {
  return readShortcut(digits, false, wantsTwo);
}

/** At the prompt for the number a shortcut names another code, with its number. */
export function readNumberEntry(digits: string): (ShortcutEntry & { kind: 'code-and-number' }) | null {
  const entry = readShortcut(digits, true);
  return entry.kind === 'code-and-number' ? entry : null;
}

/** A number as keyed. `*` and `#` may be part of it, as in feature codes. */
export function isNumberText(digits: string): boolean {
  return /^[0-9*#+]{1,40}$/.test(digits);
}

/**
 * The emergency number that an entry means, wherever it stands in it: alone, behind a code (wrong or not) and stars, or with
 * stars around it, or whatever else a phone system may have put there. `emergencyIn` reads one number; null: none is meant.
 */
export function emergencyMeant(entry: string, emergencyIn: (number: string) => string | null): string | null {
  const whole = emergencyIn(entry);
  if (whole !== null) return whole;
  const last = lastPart(entry);
  return last === entry ? null : emergencyIn(last);
}

/** The digits at the end of an entry, behind codes and before further stars. */
export const lastPart = (entry: string): string => entry.split(/[^0-9+]/).findLast((part) => part !== '') ?? '';

/**
 * What was keyed for a number, as it may be shown. A billing code can be in it: in front of stars, where a caller missed one of
 * the two, or in the place of the number. `isCode` tells which digits are one.
 */
export function shownNumber(digits: string, isCode: (text: string) => boolean): string {
  const at = digits.lastIndexOf('*');
  const masked = digits.slice(0, at + 1).replace(/[0-9]+/g, maskCode);
  const last = digits.slice(at + 1);
  return masked + (isCode(last) ? maskCode(last) : last);
}
