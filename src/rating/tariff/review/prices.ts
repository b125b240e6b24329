import { callingCodeOf } from '../../../numbers/metadata.ts';
import type { NumberKind } from '../../../numbers/metadata.ts';
import type { PrefixPlaces } from '../../../numbers/prefix-places.ts';
import { formatMicros, microsPerUnit } from '../../money.ts';
import type { RateTerms } from '../../rate.ts';

/** Prices that differ from those beside them so much that a decimal sign may be misplaced. */

type Priced = Pick<RateTerms, 'prefix' | 'priceMicros'>;
type Beside = { before: Priced | null; after: Priced | null };
/** Rates of one kind of numbers in a country, in order, as far as they are still needed. */
type Group = { previous: Priced | null; last: Priced; count: number; beside: Beside };
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

/** No minute costs so much, whatever the currency: a decimal sign was lost, or it is no price. */
const implausibleMicros = 10_000 * microsPerUnit;

/** Takes rates in the order of their prefixes, and tells which prices stand out. */
export type PriceComparison = {
  add(rate: Priced, place: PrefixPlaces): void;
  end(): void;
};

/** Compares a rate with those before and after it for the same kind of numbers, or else for any, in the same country. */
export function comparePrices(onOutlier: (text: string) => void): PriceComparison {
  let code: string | null = null;
  let countries = new Map<string, Country>();

  function endCode(): void {
    for (const { groups } of countries.values()) {
      for (const { previous, last, count, beside } of groups.values()) {
        judge(last, count > 1 ? [previous] : [beside.before, beside.after], onOutlier);
      }
    }
    countries = new Map();
  }

  return {
    add({ prefix, priceMicros }, { countries: ofPrefix, kinds }) {
      if (priceMicros >= implausibleMicros) onOutlier(`${prefix} at ${formatMicros(priceMicros)} a minute`);
      const [country] = ofPrefix;
      if (country === undefined || [...kinds].every((kind) => special.includes(kind))) return;
      const ofCode = callingCodeOf(prefix) ?? prefix;
      if (ofCode !== code) endCode();
      code = ofCode;
      const state: Country = countries.get(country) ?? { groups: new Map(), latest: null };
      countries.set(country, state);
      const kind = [...kinds].every((one) => one === 'mobile') ? 'mobile' : 'any';
      addTo(state, kind, { prefix, priceMicros }, onOutlier);
    },
    end: endCode,
  };
}

function addTo(state: Country, kind: string, rate: Priced, onOutlier: (text: string) => void): void {
  const { groups, latest } = state;
  if (latest !== null) latest.group.beside = { ...latest.group.beside, after: rate };
  const group = groups.get(kind);
  if (group !== undefined) judge(group.last, [group.previous, rate], onOutlier);
  const next: Group = {
    previous: group?.last ?? null,
    last: rate,
    count: (group?.count ?? 0) + 1,
    beside: { before: latest?.rate ?? null, after: null },
  };
  groups.set(kind, next);
  state.latest = { rate, group: next };
}

function judge(rate: Priced, neighbours: readonly (Priced | null)[], onOutlier: (text: string) => void): void {
  const beside = neighbours.filter((neighbour) => neighbour !== null);
  if (beside.length === 0) return;
  const isHigh = beside.every(({ priceMicros }) => priceMicros > 0 && rate.priceMicros >= factor * priceMicros);
  // Of two rates it would be the other one that is high.
  const isLow =
    beside.length > 1 && beside.every(({ priceMicros }) => priceMicros > 0 && priceMicros >= factor * rate.priceMicros);
  if (!isHigh && !isLow) return;
  const others = beside.map(({ prefix, priceMicros }) => `${formatMicros(priceMicros)} for ${prefix}`).join(' and ');
  onOutlier(`${rate.prefix} at ${formatMicros(rate.priceMicros)} beside ${others}`);
}
