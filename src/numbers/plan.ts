import type { DialPlan, DialPlanSettings } from './dial-plan.ts';
import { isCountry, namesOf, numberingOf, type Numbering } from './metadata.ts';
import { listAll, parsePattern } from './pattern.ts';
import { oncePerPlan } from './per-plan.ts';
import { emergencyNumbersOf, listedServices, servicesOf, type Services } from './services.ts';

/** For `outsideLine`: `9` in North America, where it has been the custom for decades, and none elsewhere. */
export const usualOutsideLine = 'usual';

const defaultCountry = 'US';

/** Longer lists contain carrier selection codes (China's 1xxxx00): a site lists the prefixes it wants. */
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
 * Every prefix that the country's pattern matches. In North America `00` is one too, because callers key it out of habit and
 * some carriers accept it.
 */
function internationalPrefixesOf({ internationalPrefix, callingCode }: Numbering): string[] {
  const prefixes =
    internationalPrefix === ''
      ? []
      : (listAll(parsePattern(internationalPrefix), maximumPrefixes) ??
        internationalPrefix.split('|').filter((alternative) => /^[0-9]+$/.test(alternative)));
  return callingCode === '1' ? [...prefixes, '00'] : prefixes;
}

/** What is computed once per plan and used for every number. */
export type Reading = {
  numbering: Numbering;
  services: Services;
  /** `+` and the international prefixes, the longest first. */
  prefixes: readonly string[];
  /** The number to dial, by what is keyed. A listed number that includes the outside-line digits is dialled without them. */
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
  // A listed number takes precedence over the same digits made from the outside-line digits and another number.
  const behind = outsideLine === '' ? [] : bare.map((number): [string, string] => [outsideLine + number, number]);
  return new Map([...behind, ...bare.map((number): [string, string] => [number, number])]);
}
