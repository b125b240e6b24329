import { dialPlanOf } from '../../src/numbers/plan.ts';

/** North America, as a site in the United States has it unless it says otherwise. */
export const northAmerica = dialPlanOf({ country: 'US' });
