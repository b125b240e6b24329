import type { DialPlan } from './number.ts';

/**
 * North America. `00` is read as an international prefix too, since callers key it out of habit and some carriers take it.
 * Local dialling is off until the site names its area code.
 */
export const northAmerica: DialPlan = {
  countryCode: '1',
  internationalPrefixes: ['011', '00'],
  nationalPrefix: '1',
  nationalLengths: [10],
  areaCode: '',
  localLengths: [],
  extensionLengths: [3, 4],
  emergencyNumbers: ['911', '112'],
  serviceNumbers: ['211', '311', '411', '511', '611', '711', '811', '988'],
  outsideLine: '9',
  localPrefixes: [],
  mobilePrefixes: [],
  premiumPrefixes: ['900'],
  tollFreePrefixes: ['800', '833', '844', '855', '866', '877', '888'],
};
