import { dialPlanOf } from '../../src/numbers/plan.ts';

/** Salt Lake City: North America with seven-digit local dialling. */
export const saltLake = dialPlanOf({ country: 'US', areaCode: '801' });

/** London: a national prefix 0 and closed lengths. */
export const london = dialPlanOf({ country: 'GB', areaCode: '20', localLengths: [8], serviceNumbers: ['111', '101'] });

/** Denmark: no national prefix, eight digits everywhere. */
export const denmark = dialPlanOf({ country: 'DK' });

/** Berlin: a national prefix and numbers of many lengths. */
export const berlin = dialPlanOf({ country: 'DE', areaCode: '30', localLengths: [7, 8] });

/** Moscow: a national prefix that numbers may begin with as well. */
export const moscow = dialPlanOf({ country: 'RU', areaCode: '495', internationalPrefixes: ['810', '00'] });

/** Rome: the 0 of an area code is part of the number. */
export const rome = dialPlanOf({ country: 'IT' });

/** São Paulo: a carrier's code in most long-distance calls. */
export const saoPaulo = dialPlanOf({ country: 'BR', areaCode: '11' });

/** Mexico City: ten digits, and prefixes that were given up in 2019. */
export const mexicoCity = dialPlanOf({ country: 'MX' });

/** Buenos Aires: mobiles have a 9 from abroad and a 15 at home. */
export const buenosAires = dialPlanOf({ country: 'AR' });
