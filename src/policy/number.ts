/** Call types, from the dial plan. */
export const callTypes = [
  'internal',
  'local',
  'national',
  'mobile',
  'international',
  'premium',
  'toll-free',
  'emergency',
] as const;
export type CallType = (typeof callTypes)[number];

/** How digits are read at this site. Every list holds digits only. */
export type DialPlan = {
  /** E.164 country code, without `+`. */
  countryCode: string;
  /** Prefixes that a caller keys before a country code, e.g. `011`, `00`. */
  internationalPrefixes: readonly string[];
  /** Prefix that a caller may key before a national number, e.g. `1` or `0`; empty: none. */
  nationalPrefix: string;
  /** Lengths of a national number without prefix; empty: any. */
  nationalLengths: readonly number[];
  /** Area code put before a number of one of `localLengths`; empty: no local dialling. */
  areaCode: string;
  localLengths: readonly number[];
  extensionLengths: readonly number[];
  emergencyNumbers: readonly string[];
  /** Prefixes of national numbers (without national prefix), longest match decides. */
  localPrefixes: readonly string[];
  mobilePrefixes: readonly string[];
  premiumPrefixes: readonly string[];
  tollFreePrefixes: readonly string[];
};

/** A number that the dial plan knows. */
export type CalledNumber = {
  /** As keyed. */
  keyed: string;
  /** What goes into the dial string: only `[0-9+*#]`. */
  dial: string;
  /** `+` and digits, where the dial plan gives one; null for internal and emergency numbers. */
  e164: string | null;
  callType: CallType;
};
