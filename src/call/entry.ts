/**
 * What was keyed at a prompt, read. The terminator `#` never reaches here; whether it was keyed is told beside the digits,
 * because a time-out ends an entry too.
 */
export type ShortcutEntry =
  /** `<code>**<number>#` */
  | { kind: 'code-and-number'; code: string; number: string }
  /** `<code>#`: call the number on file. */
  | { kind: 'code-for-number-on-file'; code: string }
  /** A code, and no number yet. */
  | { kind: 'code-only'; code: string }
  | { kind: 'malformed' };

const codeText = /^[0-9]{1,20}$/;
const separator = '**';

export function readShortcut(digits: string, terminated: boolean): ShortcutEntry {
  const at = digits.indexOf(separator);
  const code = at === -1 ? digits : digits.slice(0, at);
  if (!codeText.test(code)) return { kind: 'malformed' };
  if (at === -1) return terminated ? { kind: 'code-for-number-on-file', code } : { kind: 'code-only', code };
  const number = digits.slice(at + separator.length);
  return number === '' ? { kind: 'code-only', code } : { kind: 'code-and-number', code, number };
}

/** A caller in a hurry may key the shortcut at the prompt for the code; a code alone means: ask me for the number. */
export function readCode(digits: string): ShortcutEntry {
  return readShortcut(digits, false);
}

/** A number as keyed. `*` and `#` may be part of it, as in feature codes. */
export function isNumberText(digits: string): boolean {
  return /^[0-9*#+]{1,40}$/.test(digits);
}
