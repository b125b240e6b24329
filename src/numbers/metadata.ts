import json from 'libphonenumber-js/metadata.max.json';

/**
 * libphonenumber's full metadata, as libphonenumber-js ships it, in the form that is needed here. Each country is read when it is
 * first asked for, and kept.
 */

export type NumberKind =
  | 'fixed-line'
  | 'mobile'
  | 'fixed-line-or-mobile'
  | 'toll-free'
  | 'premium'
  | 'personal'
  | 'voicemail'
  | 'company'
  | 'pager'
  | 'voip'
  | 'shared-cost';

/** Positions of the kinds of numbers in an entry (libphonenumber-js, source/metadata.js, `getType`). "Company" is its UAN. */
const places = [
  'fixed-line',
  'mobile',
  'toll-free',
  'premium',
  'personal',
  'voicemail',
  'company',
  'pager',
  'voip',
  'shared-cost',
] as const satisfies readonly NumberKind[];

/** Tested in this order, as in libphonenumber (phonenumberutil.js, `getNumberTypeHelper_`): expensive kinds before common ones. */
const order = [
  'premium',
  'toll-free',
  'shared-cost',
  'voip',
  'personal',
  'pager',
  'company',
  'voicemail',
  'fixed-line',
  'mobile',
] as const satisfies readonly NumberKind[];

/** How the numbers of a country, or of a network that belongs to no country (+800, +881), are built. */
export type Numbering = {
  /** ISO 3166 letters; for a network, its calling code. */
  name: string;
  /** Without `+`. */
  callingCode: string;
  isNetwork: boolean;
  /** What a caller keys before a number abroad, as a pattern; empty: unknown. */
  internationalPrefix: string;
  /** What a caller keys before a national number; empty: nothing. */
  nationalPrefix: string;
  /** Matches that prefix, with carrier selection codes, at the start of a number; null: there is none. */
  nationalPrefixPattern: RegExp | null;
  /** Replacement for what the pattern matched, where the prefix is not simply removed. */
  nationalPrefixTransform: string | null;
  /** Leading digits that tell this country from others with its calling code; null: leading digits do not. */
  leadingDigits: RegExp | null;
  /** How many digits a national number may have. */
  lengths: readonly number[];
  /** Matches every national number, of whatever kind. */
  whole: RegExp;
  kinds: readonly { kind: NumberKind; source: string; whole: RegExp }[];
};

/** An entry of the JSON file: 0 stands for a missing value. */
type Entry = readonly unknown[];

const textAt = (entry: Entry, place: number): string => {
  const value = entry[place];
  return typeof value === 'string' ? value : '';
};

const source = json as unknown as {
  country_calling_codes: Readonly<Record<string, readonly string[]>>;
  countries: Readonly<Record<string, Entry>>;
  nonGeographic: Readonly<Record<string, Entry>>;
};

const isThere = (object: object, key: string): boolean => Object.hasOwn(object, key);

export function isCountry(name: string): boolean {
  return isThere(source.countries, name);
}

/** ISO 3166 letters of every country. */
export function countries(): string[] {
  return Object.keys(source.countries);
}

const known = new Map<string, Numbering>();

/** For a country by its ISO letters, or a network by its calling code. */
export function numberingOf(name: string): Numbering {
  const remembered = known.get(name);
  if (remembered !== undefined) return remembered;
  const entry = source.countries[name] ?? source.nonGeographic[name];
  if (entry === undefined) throw new Error(`no country ${name} in libphonenumber's metadata`);
  const numbering = read(name, entry);
  known.set(name, numbering);
  return numbering;
}

function read(name: string, entry: Entry): Numbering {
  const nationalPrefix = textAt(entry, 5);
  const prefixPattern = textAt(entry, 7) || nationalPrefix;
  const leadingDigits = textAt(entry, 10);
  const callingCode = textAt(entry, 0);
  return {
    name,
    callingCode,
    isNetwork: !isCountry(name),
    internationalPrefix: textAt(entry, 1),
    nationalPrefix,
    nationalPrefixPattern: prefixPattern === '' ? null : new RegExp(`^(?:${prefixPattern})`),
    nationalPrefixTransform: textAt(entry, 8) || null,
    leadingDigits: leadingDigits === '' ? null : new RegExp(`^(?:${leadingDigits})`),
    lengths: (entry[3] ?? []) as readonly number[],
    whole: whole(textAt(entry, 2)),
    kinds: kindsOf((entry[11] ?? []) as readonly (Entry | 0)[]),
  };
}

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);

/** An empty pattern for mobiles stands for that of fixed lines: in such a country they cannot be told apart. */
function kindsOf(entries: readonly (Entry | 0)[]): Numbering['kinds'] {
  const sourceOf = (kind: (typeof places)[number]): string | null => {
    const entry = entries[places.indexOf(kind)];
    return entry === 0 || entry === undefined ? null : textAt(entry, 0);
  };
  const isOneOfBoth = sourceOf('mobile') === '' && sourceOf('fixed-line') !== null;
  return order.flatMap((kind) => {
    const pattern = sourceOf(kind);
    if (pattern === null || pattern === '') return [];
    const named = kind === 'fixed-line' && isOneOfBoth ? 'fixed-line-or-mobile' : kind;
    return [{ kind: named, source: pattern, whole: whole(pattern) }];
  });
}

/** Countries and networks with a calling code, its main country first; empty: no such code. */
export function namesOf(callingCode: string): readonly string[] {
  if (isThere(source.country_calling_codes, callingCode)) return source.country_calling_codes[callingCode] ?? [];
  return isThere(source.nonGeographic, callingCode) ? [callingCode] : [];
}

const callingCodes = new Set([...Object.keys(source.country_calling_codes), ...Object.keys(source.nonGeographic)]);

/** The calling code at the start of international digits (without `+`); null: none. No code is the beginning of another. */
export function callingCodeOf(digits: string): string | null {
  for (let length = 1; length <= 3 && length <= digits.length; length++) {
    const code = digits.slice(0, length);
    if (callingCodes.has(code)) return code;
  }
  return null;
}

/** Calling codes that begin with these digits. */
export function callingCodesFrom(digits: string): string[] {
  return [...callingCodes].filter((code) => code.startsWith(digits));
}
