/**
 * Prefixes that a country has given up, that libphonenumber has dropped, and that people still key and write: by calling code.
 * Mexico had 01 before long distance, 044 and 045 before mobiles, and a 1 behind +52, until August 2019 (IFT, new numbering
 * plan). The network takes none of them, so they are left out of what is dialled.
 */
const formerPrefixes: Readonly<Record<string, readonly string[]>> = { '52': ['1', '01', '044', '045'] };

export function formerPrefixesOf(callingCode: string): readonly string[] {
  return formerPrefixes[callingCode] ?? [];
}
