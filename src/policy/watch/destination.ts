import { placeOf } from '../../numbers/world.ts';
import { countryName } from '../../words/country.ts';
import type { WatchedNumber } from '../../words/watched-call.ts';

/** A range of numbers that costs much, or that fraud likes. */
export type RiskRange = {
  /** International digits, without `+`. */
  prefix: string;
  /** What it is, for people; empty: its prefix says it. */
  name: string;
};

/** Where a number is, as the watch sees it. */
export type Destination = {
  /** What a first call is told by: letters of a country, or a range; null: at home, in no range. */
  key: string | null;
  /** ISO 3166 letters, or the calling code of a network; null: at home. */
  abroad: string | null;
  /** Why it is risky, for people; null: it is not. */
  risk: string | null;
  name: string;
};

/** Finds the longest range that a number begins with. */
export function rangeFinder(ranges: readonly RiskRange[]): (digits: string) => RiskRange | null {
  const byPrefix = new Map(ranges.map((range) => [range.prefix, range]));
  const lengths = [...new Set(ranges.map(({ prefix }) => prefix.length))].sort((one, other) => other - one);
  return (digits) => {
    for (const length of lengths) {
      const found = byPrefix.get(digits.slice(0, length));
      if (found !== undefined) return found;
    }
    return null;
  };
}

const rangeText = ({ prefix, name }: RiskRange): string => (name === '' ? `+${prefix}` : `+${prefix} ${name}`);

/** `home`: ISO 3166 letters. */
export function destinationOf(
  { e164, callType }: WatchedNumber,
  home: string,
  riskRange: (digits: string) => RiskRange | null,
): Destination {
  const digits = e164?.slice(1) ?? '';
  const place = digits === '' ? null : placeOf(digits, home);
  const isNetwork = place?.numbering.isNetwork === true;
  const country = place === null ? null : isNetwork ? `+${place.numbering.callingCode}` : place.numbering.name;
  const abroad = callType === 'international' && country !== home ? country : null;
  const name = abroad === null || isNetwork ? (abroad ?? 'a number at home') : countryName(abroad);
  const range = digits === '' ? null : riskRange(digits);
  if (range !== null) {
    return {
      key: `range +${range.prefix}`,
      abroad,
      risk: `high-fraud range ${rangeText(range)}`,
      name: rangeText(range),
    };
  }
  if (callType === 'premium' || place?.kind === 'premium') {
    const where = abroad === null ? 'premium numbers' : `premium numbers of ${name}`;
    return { key: `premium ${country ?? ''}`, abroad, risk: where, name: where };
  }
  return { key: abroad, abroad, risk: isNetwork ? `network ${name}` : null, name };
}
