import { countryNames } from '../../../numbers/country-names.ts';
import { prefixPlaces, type PrefixPlaces } from '../../../numbers/prefix-places.ts';
import { formatMicros } from '../../money.ts';
import { prefixText, type RateTerms } from '../../rate.ts';
import { comparePrices, factor } from './prices.ts';
import { remarkOn, type Remark } from './remarks.ts';
import { unlikelyTimes } from './times.ts';
import { collectQuestions, type Question, type Questions } from './questions.ts';

export type ReviewOptions = {
  /** First digits of ranges newer than the metadata, without `+`. */
  newRanges: readonly string[];
  /** Of the names of countries, besides English. */
  language: string;
  /** More of the codes in force than this may not be removed without a question. */
  maximumRemovedPercent: number;
};

export const plainReview: ReviewOptions = { newRanges: [], language: 'en', maximumRemovedPercent: 10 };

/**
 * Looks at the rates of a whole file before they take effect, for what is possible but unlikely: numbering, countries, prices, and
 * what is no longer there. Nothing here refuses: it asks.
 */
export type RatesReview = {
  /** Each rate of the file, in the order of the prefixes; `line`: where it stands. */
  rate(rate: RateTerms & { line: number }): void;
  /** A line of the file that is no rate. */
  remark(remark: Remark): void;
  /** A rate of the file, and the one in force that it replaces. */
  replaced(from: RateTerms, to: RateTerms): void;
  /** How many codes are in force. */
  inForce(codes: number): void;
  /** A code in force that the file does not have. `isCovered`: it has a rate for a shorter one. */
  removed(code: { prefix: string; destination: string; isCovered: boolean }): void;
  /** Once all is said. */
  questions(): Question[];
  /** What was looked at, in a line: `3 prefixes in 2 countries, 0.01 to 0.05 a minute`. */
  summary(): string;
};

/** More than these are no preamble. */
const maximumRemarks = 500;

const named = ({ prefix, destination }: Pick<RateTerms, 'prefix' | 'destination'>): string =>
  `${prefixText(prefix)} ${destination}`.trim();

export function createReview({ newRanges, language, maximumRemovedPercent }: ReviewOptions = plainReview): RatesReview {
  const questions = collectQuestions();
  const places = prefixPlaces();
  const countriesIn = countryNames(language);
  const prices = comparePrices((text) => questions.add('price', text));
  const northAmerica = mayBeNorthAmerica();
  const seen = summaryOf();
  let [present, removed, hasDates] = [0, 0, false];
  const remarks: Remark[] = [];
  const isNew = (prefix: string) => newRanges.some((range) => prefix.startsWith(range) || range.startsWith(prefix));
  return {
    rate(rate) {
      const { prefix, destination, line, status } = rate;
      // A rate for everything else is in no country.
      if (prefix === '') return;
      const place = places(prefix);
      hasDates ||= rate.validFromMs !== null && line > 0;
      const times = status === 'open' ? unlikelyTimes(rate) : null;
      if (times !== null) questions.add('increments', `${named(rate)}: ${times}`);
      northAmerica.add(prefix);
      seen.add(rate, place);
      if (status === 'open') prices.add(rate, place);
      if (place.countries.size === 0) {
        if (!isNew(prefix)) questions.add('no-number', `${named(rate)} (line ${line})`);
        return;
      }
      askCountry(questions, rate, place, countriesIn(destination));
    },
    remark(one) {
      if (remarks.length < maximumRemarks) remarks.push(one);
    },
    replaced(from, to) {
      const [before, after] = [from.priceMicros, to.priceMicros];
      const isFar = after >= factor * before || before >= factor * after;
      if (!isFar || before === after) return;
      questions.add('price', `${named(to)} at ${formatMicros(after)}, in force ${formatMicros(before)}`);
    },
    inForce: (codes) => void (present = codes),
    removed(code) {
      removed += 1;
      if (!code.isCovered) questions.add('coverage', named(code));
    },
    questions() {
      prices.end();
      for (const remark of remarks) {
        const why = remarkOn(remark, hasDates);
        const text = JSON.stringify(remark.text.replace(/\s+/g, ' ').slice(0, 80));
        if (why !== null) questions.add('remarks', `line ${remark.line}, ${text}, ${why}`);
      }
      northAmerica.ask(questions, places);
      if (removed * 100 > present * maximumRemovedPercent) {
        questions.add('removed', `${removed} of ${present}, more than ${maximumRemovedPercent} %`, removed);
      }
      return questions.list();
    },
    summary: () => seen.text(),
  };
}

function summaryOf() {
  const countries = new Set<string>();
  let prefixes = 0;
  let last = '';
  let [lowest, highest] = [Infinity, -Infinity];
  return {
    add({ prefix, priceMicros, status }: RateTerms, place: PrefixPlaces): void {
      if (prefix !== last) prefixes += 1;
      last = prefix;
      // A code that several countries share counts for its main one.
      const [country] = place.countries;
      if (country !== undefined) countries.add(country);
      if (status === 'closed') return;
      lowest = Math.min(lowest, priceMicros);
      highest = Math.max(highest, priceMicros);
    },
    text(): string {
      const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
      const range = lowest < highest ? `${formatMicros(lowest)} to ${formatMicros(highest)}` : formatMicros(lowest);
      const price = lowest > highest ? 'no price' : `${range} a minute`;
      return `${counted(prefixes, 'prefix', 'prefixes')} in ${counted(countries.size, 'country', 'countries')}, ${price}`;
    },
  };
}

const countryName = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** A network such as +881 has no name of its own. */
const nameOf = (country: string): string =>
  /^[A-Z]{2}$/.test(country) ? (countryName.of(country) ?? country) : `+${country}`;

function askCountry(
  questions: Questions,
  rate: RateTerms & { line: number },
  { countries }: PrefixPlaces,
  namedCountries: ReadonlySet<string>,
): void {
  if (namedCountries.size === 0 || [...namedCountries].some((country) => countries.has(country))) return;
  const [first = ''] = countries;
  questions.add('country', `${named(rate)} (line ${rate.line}), but ${rate.prefix} is ${nameOf(first)}`);
}

/** Whether every prefix of a file is an area code, or an area code and an exchange, of North America. */
function mayBeNorthAmerica() {
  const places = prefixPlaces();
  let isLikely = true;
  let count = 0;
  let last = '';
  return {
    add(prefix: string): void {
      if (!isLikely || prefix === last) return;
      last = prefix;
      count += 1;
      isLikely = /^[2-9]\d{2}(?:[2-9]\d{2})?$/.test(prefix) && places(`1${prefix}`).countries.size > 0;
    },
    ask(questions: Questions, placesOf: (prefix: string) => PrefixPlaces): void {
      if (!isLikely || count < 2) return;
      const [country = ''] = placesOf(last).countries;
      const abroad = country === '' ? `+${last}, which no number begins with` : `+${last} in ${nameOf(country)}`;
      questions.add('npanxx', `${last} is +1 ${last} with --map "COLUMN=npanxx", or ${abroad}`, count);
    },
  };
}
