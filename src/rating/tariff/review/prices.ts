import { callingCodeOf } from '../../../numbers/metadata.ts';
import type { NumberKind } from '../../../numbers/metadata.ts';
import type { PrefixPlaces } from '../../../numbers/prefix-places.ts';
import { formatMicros, microsPerUnit } from '../../money.ts';
import type { RateTerms } from '../../rate.ts';

/** Prices that differ from those beside them so much that a decimal sign may be misplaced. */

type Priced = Pick<RateTerms, 'prefix' | 'priceMicros'>;
type Terms = Priced & Pick<RateTerms, 'connectFeeMicros' | 'minimumChargeMicros' | 'tiers'>;
type Beside = { before: Priced | null; after: Priced | null };
/** Rates of one kind of numbers in a country, in order, as far as they are still needed. */
type Group = { previous: Priced | null; last: Priced; count: number; beside: Beside };
/** What becomes of a rate that stands out, and of one with which nothing can be compared. */
type Judges = { onOutlier: (text: string) => void; onAlone: (rate: Priced) => void };
/** `latest`: the last rate of all kinds, and its group. */
type Country = { groups: Map<string, Group>; latest: { rate: Priced; group: Group } | null };

/** These cost what their owners ask: they are compared with nothing. */
const special: readonly NumberKind[] = [
  'premium',
  'personal',
  'shared-cost',
  'pager',
  'company',
  'voicemail',
  'toll-free',
];

export const factor = 10;

/** Of a country's only price, against those of the whole file: islands, ships and poles cost some ten times as much as others. */
export const farFactor = 100;

/** A fee for a call, or the least that one costs, in a file of such prices a minute. */
const farFeeFactor = 1000;

/** No minute costs so much, whatever the currency: a decimal sign was lost, or it is no price. */
const implausibleMicros = 10_000 * microsPerUnit;

/** Takes rates in the order of their prefixes, and tells which prices stand out. */
export type PriceComparison = {
  add(rate: Terms, place: PrefixPlaces): void;
  end(): void;
};

/** Compares a rate with those before and after it for the same kind of numbers, or else for any, in the same country. */
export function comparePrices(onOutlier: (text: string) => void): PriceComparison {
  const alone: Priced[] = [];
  const judges: Judges = { onOutlier, onAlone: (rate) => void alone.push(rate) };
  const middle = middlePrice();
  const fees = highestFees();
  let code: string | null = null;
  let countries = new Map<string, Country>();

  function endCode(): void {
    for (const { groups } of countries.values()) {
      for (const { previous, last, count, beside } of groups.values()) {
        judge(last, count > 1 ? [previous] : [beside.before, beside.after], judges);
      }
    }
    countries = new Map();
  }

  return {
    add(rate, { countries: ofPrefix, kinds }) {
      const { prefix, priceMicros } = rate;
      if (costsNothing(rate) && ![...kinds].every((kind) => kind === 'toll-free'))
        onOutlier(`${prefix} at 0 a minute, so that calls cost nothing`);
      if (priceMicros >= implausibleMicros) onOutlier(`${prefix} at ${formatMicros(priceMicros)} a minute`);
      middle.add(priceMicros);
      fees.add(rate);
      const [country] = ofPrefix;
      if (country === undefined || [...kinds].every((kind) => special.includes(kind))) return;
      const ofCode = callingCodeOf(prefix) ?? prefix;
      if (ofCode !== code) endCode();
      code = ofCode;
      const state: Country = countries.get(country) ?? { groups: new Map(), latest: null };
      countries.set(country, state);
      const kind = [...kinds].every((one) => one === 'mobile') ? 'mobile' : 'any';
      addTo(state, kind, { prefix, priceMicros }, judges);
    },
    end() {
      endCode();
      const ofFile = middle.micros();
      fees.judge(ofFile, onOutlier);
      for (const { prefix, priceMicros } of alone.splice(0)) {
        if (ofFile > 0 && priceMicros >= farFactor * ofFile)
          onOutlier(`${prefix} at ${formatMicros(priceMicros)} in a file of about ${formatMicros(ofFile)}`);
      }
    },
  };
}

const costsNothing = ({ priceMicros, connectFeeMicros, minimumChargeMicros, tiers }: Terms): boolean =>
  priceMicros === 0 && connectFeeMicros === 0 && minimumChargeMicros === 0 && tiers === '';

function addTo(state: Country, kind: string, rate: Priced, judges: Judges): void {
  const { groups, latest } = state;
  if (latest !== null) latest.group.beside = { ...latest.group.beside, after: rate };
  const group = groups.get(kind);
  if (group !== undefined) judge(group.last, [group.previous, rate], judges);
  const next: Group = {
    previous: group?.last ?? null,
    last: rate,
    count: (group?.count ?? 0) + 1,
    beside: { before: latest?.rate ?? null, after: null },
  };
  groups.set(kind, next);
  state.latest = { rate, group: next };
}

function judge(rate: Priced, neighbours: readonly (Priced | null)[], { onOutlier, onAlone }: Judges): void {
  const beside = neighbours.filter((neighbour) => neighbour !== null);
  if (beside.length === 0) {
    onAlone(rate);
    return;
  }
  const isHigh = beside.every(({ priceMicros }) => priceMicros > 0 && rate.priceMicros >= factor * priceMicros);
  // Of two rates it would be the other one that is high.
  const isLow =
    beside.length > 1 && beside.every(({ priceMicros }) => priceMicros > 0 && priceMicros >= factor * rate.priceMicros);
  if (!isHigh && !isLow) return;
  const others = beside.map(({ prefix, priceMicros }) => `${formatMicros(priceMicros)} for ${prefix}`).join(' and ');
  onOutlier(`${rate.prefix} at ${formatMicros(rate.priceMicros)} beside ${others}`);
}

/** The highest connect fee and minimum charge of a file. */
function highestFees() {
  const names = { connectFeeMicros: 'connect fee', minimumChargeMicros: 'minimum charge' } as const;
  const kinds = Object.entries(names) as [keyof typeof names, string][];
  const highest = new Map<string, { prefix: string; micros: number; name: string }>();
  return {
    add(rate: Terms): void {
      for (const [field, name] of kinds) {
        const micros = rate[field];
        if (micros > (highest.get(field)?.micros ?? 0)) highest.set(field, { prefix: rate.prefix, micros, name });
      }
    },
    judge(ofFile: number, onOutlier: (text: string) => void): void {
      for (const { prefix, micros, name } of highest.values()) {
        const isFar = micros >= implausibleMicros || (ofFile > 0 && micros >= farFeeFactor * ofFile);
        if (isFar)
          onOutlier(
            `${prefix} with a ${name} of ${formatMicros(micros)} in a file of about ${formatMicros(ofFile)} a minute`,
          );
      }
    },
  };
}

/** About the middle of all prices, from how many there are of each size. */
function middlePrice() {
  const perDecade = 10;
  const counts = new Map<number, number>();
  let total = 0;
  return {
    add(micros: number): void {
      if (micros <= 0) return;
      const size = Math.round(Math.log10(micros) * perDecade);
      counts.set(size, (counts.get(size) ?? 0) + 1);
      total += 1;
    },
    micros(): number {
      let below = 0;
      for (const [size, count] of [...counts].sort(([a], [b]) => a - b)) {
        below += count;
        if (below * 2 >= total) return Number((10 ** (size / perDecade)).toPrecision(1));
      }
      return 0;
    },
  };
}
