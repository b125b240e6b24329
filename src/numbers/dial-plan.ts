/** How digits are read at this site. Every list holds digits only, unless it says otherwise. */
export type DialPlan = {
  /** ISO 3166 letters of the site's country. */
  country: string;
  /** ISO letters of countries whose numbers count as national, including the site's own. */
  nationalCountries: readonly string[];
  /** E.164 country code, without `+`. */
  countryCode: string;
  /** Prefixes that a caller keys before a country code, e.g. `011`, `00`. */
  internationalPrefixes: readonly string[];
  /** Prefix that a caller may key before a national number, e.g. `1` or `0`; empty: none. */
  nationalPrefix: string;
  /** Lengths of a national number without prefix; empty: the country's own. */
  nationalLengths: readonly number[];
  /** Area code put before a number of one of `localLengths`; empty: no local dialling. */
  areaCode: string;
  /** Lengths of a number keyed without area code; empty: every length that is valid after the area code. */
  localLengths: readonly number[];
  extensionLengths: readonly number[];
  emergencyNumbers: readonly string[];
  /** Short codes that are neither extensions nor emergency numbers: 988, 411; null: the country's own. */
  serviceNumbers: readonly string[] | null;
  /** Services that cost nothing; null: the country's own. */
  freeServiceNumbers: readonly string[] | null;
  /** Digits that some callers key before outside numbers, e.g. `9`; empty: none. They never go into a dial string. */
  outsideLine: string;
  /** First digits in E.164, without `+`, of ranges newer than the metadata. */
  newRanges: readonly string[];
  /** Prefixes of national numbers (without national prefix) that override the metadata: the longest match decides. */
  localPrefixes: readonly string[];
  mobilePrefixes: readonly string[];
  premiumPrefixes: readonly string[];
  tollFreePrefixes: readonly string[];
};

/** A site's settings for its dial plan; whatever they leave out comes from the country. */
export type DialPlanSettings = Partial<Omit<DialPlan, 'serviceNumbers' | 'freeServiceNumbers'>> & {
  serviceNumbers?: readonly string[];
  freeServiceNumbers?: readonly string[];
};
