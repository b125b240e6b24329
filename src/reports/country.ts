import { countryOf } from '../numbers/country.ts';

const maximumRemembered = 50_000;

/**
 * Makes a function that says which country a number is in, as ISO 3166 letters; null: no E.164 number, or of no country
 * (+800, +882). It remembers numbers, because most are called again.
 */
export function countryFinder(): (e164: string | null) => string | null {
  const known = new Map<string, string | null>();
  return (e164) => {
    if (e164 === null) return null;
    const remembered = known.get(e164);
    if (remembered !== undefined) return remembered;
    const country = countryOf(e164);
    if (known.size >= maximumRemembered) known.clear();
    known.set(e164, country);
    return country;
  };
}
