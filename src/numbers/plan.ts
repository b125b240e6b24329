import { isCountry, namesOf, numberingOf, type Numbering } from './metadata.ts';
import { listAll, parsePattern } from './pattern.ts';
import { oncePerPlan } from './per-plan.ts';
import { emergencyNumbersOf, listedServices, servicesOf, type Services } from './services.ts';

/** How digits are read at this site. Every list holds digits only, unless it says otherwise. */
export type DialPlan = {
  /** ISO 3166 letters of the country that the site is in. */
  country: string;
  /** ISO letters of countries whose numbers count as national; the site's own among them. */
  nationalCountries: readonly string[];
  /** E.164 country code, without `+`. */
  countryCode: string;
  /** Prefixes that a caller keys before a country code, e.g. `011`, `00`. */
  internationalPrefixes: readonly string[];
  /** Prefix that a caller may key before a national number, e.g. `1` or `0`; empty: none. */
  nationalPrefix: string;
  /** Lengths of a national number without prefix; empty: those that the country has. */
  nationalLengths: readonly number[];
  /** Area code put before a number of one of `localLengths`; empty: no local dialling. */
  areaCode: string;
  /** Empty: whatever makes a number of the country behind the area code. */
  localLengths: readonly number[];
  extensionLengths: readonly number[];
  emergencyNumbers: readonly string[];
  /** Short codes that are neither extensions nor emergency numbers: 988, 411; null: those of the country. */
  serviceNumbers: readonly string[] | null;
  /** Services that cost nothing; null: those of the country. */
  freeServiceNumbers: readonly string[] | null;
  /** Digits that some callers key before numbers outside, e.g. `9`; empty: none. They never go into a dial string. */
  outsideLine: string;
  /** E.164 beginnings, without `+`, of ranges that are newer than the metadata. */
  newRanges: readonly string[];
  /** Prefixes of national numbers (without national prefix), where the metadata is to be overruled: longest match decides. */
  localPrefixes: readonly string[];
  mobilePrefixes: readonly string[];
  premiumPrefixes: readonly string[];
  tollFreePrefixes: readonly string[];
};

/** What a site says of its dial plan; everything it leaves out comes from the country. */
export type DialPlanSettings = Partial<Omit<DialPlan, 'serviceNumbers' | 'freeServiceNumbers'>> & {
  serviceNumbers?: readonly string[];
  freeServiceNumbers?: readonly string[];
};

/** `outsideLine`: `9` in North America, where it is the habit of decades, and none elsewhere. */
export const usualOutsideLine = 'usual';

const defaultCountry = 'US';

/** Lists longer than this hold carrier selection codes (China's 1xxxx00): a site names those that it wants. */
const maximumPrefixes = 100;

/** Settings that contradict each other; the message is a line for the person who wrote them. */
export class DialPlanError extends Error {
  override readonly name = 'DialPlanError';
}

/** The dial plan of a site. Throws a `DialPlanError`. */
export function dialPlanOf(settings: DialPlanSettings): DialPlan {
  const country = countryOf(settings.country ?? '', settings.countryCode ?? '');
  const numbering = numberingOf(country);
  const or = <T>(given: readonly T[] | undefined, fallback: readonly T[]): readonly T[] =>
    given === undefined || given.length === 0 ? fallback : given;
  const orNull = (given: readonly string[] | undefined): readonly string[] | null =>
    given === undefined || given.length === 0 ? null : given;
  const { outsideLine = usualOutsideLine } = settings;
  return {
    country,
    nationalCountries: [...new Set([country, ...(settings.nationalCountries ?? [])])],
    countryCode: numbering.callingCode,
    internationalPrefixes: or(settings.internationalPrefixes, internationalPrefixesOf(numbering)),
    nationalPrefix:
      settings.nationalPrefix === undefined || settings.nationalPrefix === ''
        ? numbering.nationalPrefix
        : settings.nationalPrefix,
    nationalLengths: settings.nationalLengths ?? [],
    areaCode: settings.areaCode ?? '',
    localLengths: settings.localLengths ?? [],
    extensionLengths: or(settings.extensionLengths, [3, 4]),
    emergencyNumbers: or(settings.emergencyNumbers, emergencyNumbersOf(country)),
    serviceNumbers: orNull(settings.serviceNumbers),
    freeServiceNumbers: orNull(settings.freeServiceNumbers),
    outsideLine: outsideLine !== usualOutsideLine ? outsideLine : numbering.callingCode === '1' ? '9' : '',
    newRanges: settings.newRanges ?? [],
    localPrefixes: settings.localPrefixes ?? [],
    mobilePrefixes: settings.mobilePrefixes ?? [],
    premiumPrefixes: settings.premiumPrefixes ?? [],
    tollFreePrefixes: settings.tollFreePrefixes ?? [],
  };
}

function countryOf(country: string, countryCode: string): string {
  if (country !== '') {
    if (!isCountry(country)) throw new DialPlanError(`dialPlan.country: there is no country ${country}`);
    const { callingCode } = numberingOf(country);
    if (countryCode === '' || countryCode === callingCode) return country;
    throw new DialPlanError(
      `dialPlan.countryCode is ${countryCode}, but dialPlan.country ${country} has ${callingCode}: leave one of them out`,
    );
  }
  if (countryCode === '') return defaultCountry;
  const [main] = namesOf(countryCode);
  if (main !== undefined && isCountry(main)) return main;
  throw new DialPlanError(
    `dialPlan.countryCode ${countryCode} is the code of no country: set dialPlan.country instead`,
  );
}

/**
 * Every prefix that the country's pattern stands for. In North America `00` is read as one too, since callers key it out of
 * habit and some carriers take it.
 */
function internationalPrefixesOf({ internationalPrefix, callingCode }: Numbering): string[] {
  const prefixes =
    internationalPrefix === ''
      ? []
      : (listAll(parsePattern(internationalPrefix), maximumPrefixes) ??
        internationalPrefix.split('|').filter((alternative) => /^[0-9]+$/.test(alternative)));
  return callingCode === '1' ? [...prefixes, '00'] : prefixes;
}

/** What is made of a plan once, and asked for with every number. */
export type Reading = {
  numbering: Numbering;
  services: Services;
  /** `+` and the international prefixes, the longest first. */
  prefixes: readonly string[];
  /** By what is keyed: the number to dial. An entry of the list behind the outside-line digits is the bare one. */
  emergency: ReadonlyMap<string, string>;
};

export const readingOf = oncePerPlan((plan: DialPlan): Reading => {
  const numbering = numberingOf(plan.country);
  const ofCountry = servicesOf(plan.country);
  const { serviceNumbers, freeServiceNumbers } = plan;
  const services =
    serviceNumbers === null ? ofCountry : listedServices(serviceNumbers, serviceNumbers.filter(ofCountry.isFree));
  return {
    numbering,
    services:
      freeServiceNumbers === null
        ? services
        : { ...services, isFree: (digits: string) => freeServiceNumbers.includes(digits) },
    prefixes: ['+', ...plan.internationalPrefixes].sort((a, b) => b.length - a.length),
    emergency: emergencyByKeys(plan),
  };
});

function emergencyByKeys({ emergencyNumbers, outsideLine, country }: DialPlan): Map<string, string> {
  const ofCountry = emergencyNumbersOf(country);
  const bare = emergencyNumbers.map((number) => {
    if (outsideLine === '' || !number.startsWith(outsideLine) || ofCountry.includes(number)) return number;
    const rest = number.slice(outsideLine.length);
    return ofCountry.includes(rest) || emergencyNumbers.includes(rest) ? rest : number;
  });
  // A number itself goes before the same digits behind the outside-line digits.
  const behind = outsideLine === '' ? [] : bare.map((number): [string, string] => [outsideLine + number, number]);
  return new Map([...behind, ...bare.map((number): [string, string] => [number, number])]);
}
