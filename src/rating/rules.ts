import type { CallType } from '../words/call-type.ts';
import { defaultFreeCallTypes } from './price.ts';

/** What a site says of prices, apart from rates. */
export type PricingRules = {
  /** Call types that cost nothing. */
  freeCallTypes: readonly CallType[];
  /** Whose months count for minutes that an account has free and for tiers: an IANA name. */
  timeZone: string;
};

/** Of a site that says nothing. */
export const plainRules: PricingRules = { freeCallTypes: defaultFreeCallTypes, timeZone: 'UTC' };
