import type { CallType } from './call-type.ts';

/** What a site says of prices, apart from rates. */
export type PricingRules = {
  /** Call types that cost nothing. */
  freeCallTypes: readonly CallType[];
  /** Whose months count for minutes that an account has free and for tiers: an IANA name. */
  timeZone: string;
};
