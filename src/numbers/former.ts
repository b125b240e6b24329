/**
 * Prefixes that a country has abolished and libphonenumber has dropped, but that people still key and write, by calling code.
 * Until August 2019 Mexico had 01 before long-distance numbers, 044 and 045 before mobiles, and a 1 after +52 (IFT, new
 * numbering plan). The network accepts none of them, so they are not dialled.
 */
const formerPrefixes: Readonly<Record<string, readonly string[]>> = { '52': ['1', '01', '044', '045'] };

export function formerPrefixesOf(callingCode: string): readonly string[] {
  return formerPrefixes[callingCode] ?? [];
}
