import { isCountry } from '../../numbers/metadata.ts';
import { usualOutsideLine } from '../../numbers/plan.ts';
import { digits, digitsOrEmpty, integer, listOf, text } from '../format.ts';
import { setting } from '../setting.ts';

const digitList = listOf(digits, 'digits');
const lengthList = listOf(integer(1, 15), 'lengths');

export const dialPlan = {
  country: setting(
    'Country of the site (ISO 3166), which supplies whatever is left empty below; empty for the country of dialPlan.countryCode, or US',
    text('the two letters of a country such as US, or empty', (value) => value === '' || isCountry(value)),
    '',
  ),
  nationalCountries: setting(
    'Other countries whose numbers count as national, such as PR and VI',
    listOf(text('the two letters of a country', isCountry), 'countries in ISO 3166 letters'),
    [],
  ),
  countryCode: setting('Country code; empty for the country’s own', digitsOrEmpty, ''),
  internationalPrefixes: setting('Prefixes for international calls; empty for the country’s own', digitList, []),
  nationalPrefix: setting('Prefix for national calls; empty for the country’s own', digitsOrEmpty, ''),
  nationalLengths: setting(
    'Lengths of a national number without its prefix; empty for the country’s own',
    lengthList,
    [],
  ),
  areaCode: setting('The site’s area code, for local dialling; empty for no local dialling', digitsOrEmpty, ''),
  localLengths: setting(
    'Lengths of a number dialled without an area code; empty for any that is valid after the area code',
    lengthList,
    [],
  ),
  extensionLengths: setting('Lengths of extensions', lengthList, [3, 4]),
  outsideLine: setting(
    'Digits that callers may key for an outside line, which are not dialled; "usual" for 9 in North America and none elsewhere, empty for none',
    text('digits, usual, or empty', (value) => value === usualOutsideLine || /^\d{0,5}$/.test(value)),
    usualOutsideLine,
  ),
  emergencyNumbers: setting('Emergency numbers; empty for the country’s own', digitList, []),
  serviceNumbers: setting('Short service codes such as 988 and 411; empty for the country’s own', digitList, []),
  freeServiceNumbers: setting(
    'Services that need no code; empty for those that are free in the country',
    digitList,
    [],
  ),
  newRanges: setting(
    'Number ranges newer than the metadata, as country code and first digits, such as 1835',
    digitList,
    [],
  ),
  localPrefixes: setting('National prefixes of local calls; empty for the area code', digitList, []),
  mobilePrefixes: setting('National prefixes of mobiles, besides those of the country', digitList, []),
  premiumPrefixes: setting('National prefixes of premium numbers, besides those of the country', digitList, []),
  tollFreePrefixes: setting('National prefixes of toll-free numbers, besides those of the country', digitList, []),
};
