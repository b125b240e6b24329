import { northAmerica } from '../../src/policy/plans.ts';
import type { DialPlan } from '../../src/policy/number.ts';

/** Salt Lake City: North America with seven-digit local dialling. */
export const saltLake: DialPlan = { ...northAmerica, areaCode: '801', localLengths: [7] };

/** London: a national prefix 0 and listed lengths. */
export const london: DialPlan = {
  countryCode: '44',
  internationalPrefixes: ['00'],
  nationalPrefix: '0',
  nationalLengths: [7, 9, 10],
  areaCode: '20',
  localLengths: [8],
  extensionLengths: [3, 4],
  emergencyNumbers: ['999', '112'],
  serviceNumbers: [],
  outsideLine: '',
  localPrefixes: [],
  mobilePrefixes: ['7'],
  premiumPrefixes: ['9', '70'],
  tollFreePrefixes: ['80'],
};

/** Denmark: no national prefix, eight digits everywhere. */
export const denmark: DialPlan = {
  ...london,
  countryCode: '45',
  nationalPrefix: '',
  nationalLengths: [8],
  areaCode: '',
  localLengths: [],
  emergencyNumbers: ['112'],
  mobilePrefixes: ['2'],
  premiumPrefixes: ['90'],
};

/** Berlin: a national prefix and numbers of any length. */
export const berlin: DialPlan = {
  ...london,
  countryCode: '49',
  nationalLengths: [],
  areaCode: '30',
  localLengths: [7, 8],
  emergencyNumbers: ['110', '112'],
  mobilePrefixes: ['15', '16', '17'],
  premiumPrefixes: ['900'],
};

/** Moscow: a national prefix that numbers may begin with as well. */
export const moscow: DialPlan = {
  ...london,
  countryCode: '7',
  internationalPrefixes: ['810', '00'],
  nationalPrefix: '8',
  nationalLengths: [10],
  areaCode: '495',
  localLengths: [7],
  emergencyNumbers: ['112'],
  mobilePrefixes: ['9'],
  premiumPrefixes: ['809'],
  tollFreePrefixes: ['800'],
};
