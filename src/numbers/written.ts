/** As a caller would key a number that is written with spaces, brackets, full stops, hyphens, or digits of another script. */
export const keysOf = (written: string): string =>
  written
    .normalize('NFKC')
    .replaceAll(/[\s().\p{Pd}\p{Cf}]/gu, '')
    .replaceAll(/(?![0-9])\p{Nd}/gu, asciiDigit);

/**
 * What was dialled, as a caller would key it, from the user part of a SIP address: its separators are for the eye, and its parameters
 * (`;phone-context=+1`, `;ext=5`) are not part of the number (RFC 3966, sections 3 and 5.1; RFC 3261, section 19.1.6).
 */
export const dialledKeys = (user: string): string => keysOf(user.replace(/;.*$/s, ''));

/** The digits of a script stand in a row, from zero on (Unicode, section 4.6); some rows follow each other. */
function asciiDigit(digit: string): string {
  const at = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(at - before - 1))) before += 1;
  return String(before % 10);
}
