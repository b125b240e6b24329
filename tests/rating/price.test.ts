import { describe, expect, it } from '@jest/globals';
import { roundingModes } from '../../src/rating/money.ts';
import type { RoundingMode } from '../../src/rating/money.ts';
import { price, priceByRate } from '../../src/rating/price.ts';
import type { FoundRate, Price } from '../../src/rating/price.ts';
import type { Rate, RateTable } from '../../src/rating/rate.ts';
import { randomFrom, runs, seed, seedText } from '../support/random.ts';
import { noPeak, plainTerms } from '../support/rates.ts';

const table: RateTable = {
  id: 1,
  name: 'default',
  currency: 'USD',
  roundingMode: 'half-up',
  roundingUnitMicros: 100,
  markupBasisPoints: 0,
  markupPerCallMicros: 0,
  ...noPeak,
};
const rate: Rate = {
  id: 42,
  version: 3,
  tableId: 1,
  currency: 'USD',
  prefix: '1801',
  ...plainTerms,
  destination: 'Utah',
  connectFeeMicros: 50_000,
  priceMicros: 120_000,
  firstIncrementMs: 30_000,
  nextIncrementMs: 6_000,
  minimumChargeMicros: 0,
  validFromMs: null,
  validUntilMs: null,
};
const found: FoundRate = { kind: 'rate', rate, table };
const call = { answered: true, billableMs: 18_000, callType: 'national' } as const;

describe('what a call costs', () => {
  it('is the rate applied to whole increments, with the arithmetic', () => {
    expect(price(call, found)).toEqual({
      kind: 'priced',
      currency: 'USD',
      costMicros: 110_000,
      chargeMicros: 110_000,
      billedMs: 30_000,
      tableId: 1,
      rateId: 42,
      rateVersion: 3,
      prefix: '1801',
      destination: 'Utah',
      arithmetic: '18 s → 1×30 s first + 0×6 s × 0.12/min + 0.05 connect = 0.11',
    });
  });

  type Case = [what: string, billableMs: number, Partial<Rate>, Partial<RateTable>, arithmetic: string];
  it.each<Case>([
    [
      'the millisecond after the first increment begins the next',
      30_001,
      {},
      {},
      '30.001 s → 1×30 s first + 1×6 s × 0.12/min + 0.05 connect = 0.122',
    ],
    [
      'an answered call of no time pays the first increment',
      0,
      {},
      {},
      '0 s → 1×30 s first + 0×6 s × 0.12/min + 0.05 connect = 0.11',
    ],
    [
      'increments below a second',
      1_234,
      { firstIncrementMs: 100, nextIncrementMs: 100, connectFeeMicros: 0, priceMicros: 60_000 },
      {},
      '1.234 s → 1×0.1 s first + 12×0.1 s × 0.06/min = 0.0013',
    ],
    [
      'a minimum',
      1_000,
      { connectFeeMicros: 0, firstIncrementMs: 1_000, nextIncrementMs: 1_000, minimumChargeMicros: 20_000 },
      {},
      '1 s → 1×1 s first + 0×1 s × 0.12/min, at least 0.02 = 0.02',
    ],
    [
      'rounding once, to the table’s unit',
      31_000,
      { firstIncrementMs: 1_000, nextIncrementMs: 1_000 },
      { roundingMode: 'up', roundingUnitMicros: 10_000 },
      '31 s → 1×1 s first + 30×1 s × 0.12/min + 0.05 connect = 0.12 (up to 0.01)',
    ],
    [
      'markup in percent and per call, of the rounded cost',
      18_000,
      {},
      { markupBasisPoints: 1_250, markupPerCallMicros: 20_000, roundingUnitMicros: 10_000 },
      '18 s → 1×30 s first + 0×6 s × 0.12/min + 0.05 connect = 0.11, + 12.5 % + 0.02 a call = 0.14 (half-up to 0.01)',
    ],
    [
      'a currency without minor unit',
      60_000,
      { priceMicros: 12_000_000, connectFeeMicros: 3_000_000, firstIncrementMs: 60_000 },
      { currency: 'JPY', roundingUnitMicros: 1_000_000 },
      '60 s → 1×60 s first + 0×6 s × 12/min + 3 connect = 15',
    ],
  ])('%s', (_what, billableMs, rateChanges, tableChanges, arithmetic) => {
    const priced = priceByRate(billableMs, { ...rate, ...rateChanges }, { ...table, ...tableChanges });
    expect(priced).toMatchObject({ kind: 'priced', arithmetic });
  });

  it('is nothing for a call that was not answered, or of a free call type', () => {
    expect(price({ ...call, answered: false }, found)).toEqual({ kind: 'free', why: 'not-answered' });
    for (const callType of ['internal', 'toll-free', 'emergency'] as const) {
      expect(price({ ...call, callType }, found)).toEqual({ kind: 'free', why: 'free-call-type' });
    }
    expect(price({ ...call, callType: 'toll-free' }, found, ['internal'])).toMatchObject({ kind: 'priced' });
  });

  it('is unknown rather than nothing if there is no rate', () => {
    for (const why of ['no-rate-table', 'no-rate', 'no-number'] as const) {
      expect(price(call, { kind: 'none', why })).toEqual({ kind: 'unrated', why });
      expect(price({ ...call, callType: null }, { kind: 'none', why })).toEqual({ kind: 'unrated', why });
      expect(price({ ...call, callType: 'internal' }, { kind: 'none', why })).toMatchObject({ kind: 'free' });
    }
  });

  it('is unknown if it would be too large to be exact', () => {
    const dear = { ...rate, priceMicros: 1e12, firstIncrementMs: 60_000, nextIncrementMs: 60_000 };
    expect(priceByRate(8_000 * 60_000, dear, table)).toMatchObject({ kind: 'priced', costMicros: 8e15 + 50_000 });
    expect(priceByRate(10_000 * 60_000, dear, table)).toEqual({ kind: 'unrated', why: 'out-of-range' });
  });
});

// Jest looks globals up through the test's context each time, which costs more than what they do.
const big = BigInt;

/** Exact fractions, written for this test alone: always reduced by nothing, compared by cross-multiplying. */
type Fraction = { over: bigint; under: bigint };
const fraction = (over: number | bigint, under: number | bigint = 1n): Fraction => ({
  over: typeof over === 'bigint' ? over : big(over),
  under: typeof under === 'bigint' ? under : big(under),
});
const add = (a: Fraction, b: Fraction) => fraction(a.over * b.under + b.over * a.under, a.under * b.under);
const times = (a: Fraction, b: Fraction) => fraction(a.over * b.over, a.under * b.under);
const compare = (a: Fraction, b: Fraction) => {
  const difference = a.over * b.under - b.over * a.under;
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
};

/** The multiple of the unit that the mode asks for, found from its definition: the neighbours below and above, and the middle. */
function rounded(amount: Fraction, unitMicros: number, mode: RoundingMode): bigint {
  const unit = big(unitMicros);
  const steps = amount.over / (amount.under * unit);
  const below = fraction(steps * unit);
  if (compare(amount, below) === 0) return below.over;
  const above = below.over + unit;
  const side = compare(amount, fraction(below.over * 2n + unit, 2n));
  const goesUp = {
    up: true,
    down: false,
    'half-up': side >= 0,
    'half-even': side > 0 || (side === 0 && (above / unit) % 2n === 0n),
  }[mode];
  return goesUp ? above : below.over;
}

function exactPrice(billableMs: number, r: Rate, t: RateTable): { cost: bigint; charge: bigint } {
  let billedMs = big(r.firstIncrementMs);
  if (big(billableMs) > billedMs) {
    const next = big(r.nextIncrementMs);
    const rest = big(billableMs) - billedMs;
    billedMs += (rest / next) * next;
    if (rest % next !== 0n) billedMs += next;
  }
  let exact = add(fraction(r.connectFeeMicros), times(fraction(r.priceMicros), fraction(billedMs, 60_000)));
  if (compare(exact, fraction(r.minimumChargeMicros)) < 0) exact = fraction(r.minimumChargeMicros);
  const cost = rounded(exact, t.roundingUnitMicros, t.roundingMode);
  if (t.markupBasisPoints === 0 && t.markupPerCallMicros === 0) return { cost, charge: cost };
  const percentage = add(fraction(1), times(fraction(t.markupBasisPoints, 100), fraction(1, 100)));
  const charge = add(times(fraction(cost), percentage), fraction(t.markupPerCallMicros));
  return { cost, charge: rounded(charge, t.roundingUnitMicros, t.roundingMode) };
}

const cases = runs(50_000);

describe(`${cases} random rates, tables and durations`, () => {
  it(`cost what exact rational arithmetic says (${seedText})`, () => {
    const random = randomFrom(seed);
    const pick = <T>(values: readonly [T, ...T[]]): T => values[random(values.length)] ?? values[0];
    const increments = [1, 100, 1_000, 6_000, 7_001, 30_000, 60_000, 180_000] as const;
    let differences = 0;
    let roundedOnes = 0;
    let example: { of: unknown; priced: Price; exact: unknown } | null = null;
    for (let i = 0; i < cases; i++) {
      const r: Rate = {
        ...rate,
        // Round ones and crooked ones: ties happen with the former.
        priceMicros: random(2) === 0 ? random(50) * 10_000 : random(pick([100, 1_000_000, 1_000_000_000_000])),
        connectFeeMicros: pick([0, 0, 50_000, random(1_000_000)]),
        minimumChargeMicros: pick([0, 0, 15_000, random(1_000_000)]),
        firstIncrementMs: pick([0, ...increments]),
        nextIncrementMs: pick(increments),
      };
      const t: RateTable = {
        ...table,
        roundingMode: pick(roundingModes),
        roundingUnitMicros: pick([1, 100, 10_000, 1_000_000, 1 + random(100_000)]),
        markupBasisPoints: pick([0, 1_000, random(30_000)]),
        markupPerCallMicros: pick([0, 5_000, random(1_000_000)]),
      };
      const billableMs = random(pick([1_000, 60_000, 600_000, 7_200_000]));
      const priced = priceByRate(billableMs, r, t);
      const exact = exactPrice(billableMs, r, t);
      const isEqual =
        priced.kind === 'priced' && big(priced.costMicros) === exact.cost && big(priced.chargeMicros) === exact.charge;
      if (priced.kind === 'priced' && priced.arithmetic.includes(t.roundingMode)) roundedOnes += 1;
      if (isEqual) continue;
      differences += 1;
      example ??= {
        of: { r, t, billableMs },
        priced,
        exact: { cost: String(exact.cost), charge: String(exact.charge) },
      };
    }
    expect({ differences, example }).toEqual({ differences: 0, example: null });
    expect(roundedOnes).toBeGreaterThan(cases / 10);
  });
});
