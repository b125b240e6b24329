/**
 * Text from outside as it may stand in a line that people read: no line breaks, no control characters (a terminal's escape
 * sequences), nothing that turns the direction of writing, and no more than `most` characters.
 */
export function oneLine(text: string, most = 200): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return Array.from(line).slice(0, most).join('');
}
