import { maskCode } from '../words/mask-code.ts';

/**
 * What was keyed at a prompt, read. The terminator `#` never reaches here; whether it was keyed is told beside the digits,
 * because a time-out ends an entry too.
 */
export type ShortcutEntry =
  /** `<code>**<number>#` */
  | { kind: 'code-and-number'; code: string; number: string }
  /** `<code>#`: call the number on file. */
  | { kind: 'code-for-number-on-file'; code: string }
  /** `**<number>#`: a number, and no code. */
  | { kind: 'number-alone'; number: string }
  /** A code, and no number yet. */
  | { kind: 'code-only'; code: string }
  | { kind: 'malformed' };

const codeText = /^[0-9]{1,20}$/;
const separator = '**';

export function readShortcut(digits: string, terminated: boolean): ShortcutEntry {
  const at = digits.indexOf(separator);
  const code = at === -1 ? digits : digits.slice(0, at);
  const number = at === -1 ? '' : digits.slice(at + separator.length);
  if (code === '' && number !== '') return { kind: 'number-alone', number };
  if (!codeText.test(code)) return { kind: 'malformed' };
  if (at === -1) return terminated ? { kind: 'code-for-number-on-file', code } : { kind: 'code-only', code };
  return number === '' ? { kind: 'code-only', code } : { kind: 'code-and-number', code, number };
}

/** A caller in a hurry may key the shortcut at the prompt for the code; a code alone means: ask me for the number. */
export function readCode(digits: string): ShortcutEntry {
  return readShortcut(digits, false);
}

/** At the prompt for the number a shortcut names another code, with its number. */
export function readNumberEntry(digits: string): { code: string; number: string } | null {
  const entry = readShortcut(digits, true);
  return entry.kind === 'code-and-number' ? { code: entry.code, number: entry.number } : null;
}

/** A number as keyed. `*` and `#` may be part of it, as in feature codes. */
export function isNumberText(digits: string): boolean {
  return /^[0-9*#+]{1,40}$/.test(digits);
}

/**
 * The emergency number that an entry means, wherever it stands in it: alone, behind a code (wrong or not) and stars, or with
 * stars around it. `emergencyIn` reads one number; null: none is meant.
 */
export function emergencyMeant(entry: string, emergencyIn: (number: string) => string | null): string | null {
  const whole = emergencyIn(entry);
  if (whole !== null) return whole;
  const last = entry.split('*').findLast((part) => part !== '');
  return last === undefined || last === entry ? null : emergencyIn(last);
}

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
