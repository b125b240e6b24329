/**
 * How a caller enters code and number. The dialplan sets it in the channel variable `billing_entry`.
 *
 * - `prompted` (dial 8): asked for the code, then for the number.
 * - `shortcut` (dial 9): a beep, then `<code>**<number>#` in one go.
 * - `direct`: the number was already dialled; only the code is asked for, if the call type needs one.
 */
export const entryModes = ['prompted', 'shortcut', 'direct'] as const;
export type EntryMode = (typeof entryModes)[number];

export function isEntryMode(value: string): value is EntryMode {
  return (entryModes as readonly string[]).includes(value);
}
