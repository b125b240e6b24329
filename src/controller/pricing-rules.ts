import type { Config } from '../config/schema.ts';
import type { PricingRules } from '../words/pricing-rules.ts';

/** How calls are priced at this site. */
export const pricingRules = ({ rating, site }: Config): PricingRules => ({
  ...{ freeCallTypes: rating.freeCallTypes, timeZone: site.timeZone },
});
