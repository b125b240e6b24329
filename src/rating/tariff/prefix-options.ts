/** What decides where the prefixes of a field can be read in two ways. */
export const listSeparators = ['comma', 'semicolon', 'slash', 'pipe', 'space', 'line', 'none'] as const;
/** `none`: every field holds one prefix. */
export type ListSeparator = (typeof listSeparators)[number];

/** `range`: 7701-7709 are nine prefixes. `inside`: 44-20 is 4420. */
export const dashMeanings = ['range', 'inside'] as const;
export type DashMeaning = (typeof dashMeanings)[number];

/** `decimal`: 44.0 is 44, as a spreadsheet writes a number. `inside`: 44.0 is 440. */
export const dotMeanings = ['decimal', 'inside'] as const;
export type DotMeaning = (typeof dotMeanings)[number];

export type PrefixOptions = {
  list: ListSeparator | null;
  dash: DashMeaning | null;
  dot: DotMeaning | null;
  /** Whether a list begins with the country code of all its items: `34 6, 7` is 346 and 347. */
  countryCodeOnce: boolean;
  /** Whether the file writes decimals with a comma, so that 44,0 may be a number. */
  decimalComma: boolean;
  /** What is dialled before a country code, where the file writes it: 00 or 011; null: nothing is. */
  dialOut: string | null;
};

export const undecided: PrefixOptions = {
  list: null,
  dash: null,
  dot: null,
  countryCodeOnce: false,
  decimalComma: false,
  dialOut: null,
};

/** A part of a field, for an error line. */
export const shown = (text: string): string =>
  `prefix ${JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)}`;
