import type { PricingRules } from '../words/pricing-rules.ts';
import { defaultFreeCallTypes } from './price.ts';

/** Of a site that says nothing. */
export const plainRules: PricingRules = { freeCallTypes: defaultFreeCallTypes, timeZone: 'UTC' };
