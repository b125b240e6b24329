/**
 * Text from outside, safe to show in a line: no line breaks, no control characters (a terminal's escape sequences), nothing that
 * changes the direction of writing, and at most `maximum` characters.
 */
export function oneLine(text: string, maximum = 200): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return Array.from(line).slice(0, maximum).join('');
}
