import { describe, expect, it } from '@jest/globals';
import { findRate } from '../../src/rating/find-rate.ts';
import type { Rate, RateTable } from '../../src/rating/rate.ts';
import { noPeak, plainTerms } from '../support/rates.ts';

const table: RateTable = {
  ...{ id: 3, name: 'std', currency: 'EUR', roundingMode: 'half-up', roundingUnitMicros: 100 },
  ...{ markupBasisPoints: 0, markupPerCallMicros: 0, ...noPeak },
};
const rate: Rate = {
  ...{ id: 1, version: 7, tableId: 3, currency: 'EUR', prefix: '49', destination: 'Germany' },
  ...{ connectFeeMicros: 0, priceMicros: 10, firstIncrementMs: 1, nextIncrementMs: 1, minimumChargeMicros: 0 },
  ...{ validFromMs: 5, validUntilMs: 9, ...plainTerms },
};

describe('findRate', () => {
  it('answers the rate with its table, or why there is none', () => {
    const call = { table, e164: '+4930', callingE164: null, atMs: 5 };
    expect(findRate(call, [rate])).toEqual({ kind: 'rate', rate, table });
    expect(findRate({ ...call, table: null }, [])).toEqual({ kind: 'none', why: 'no-rate-table' });
    expect(findRate({ ...call, e164: null }, [])).toEqual({ kind: 'none', why: 'no-number' });
    expect(findRate({ ...call, atMs: 9 }, [rate])).toEqual({ kind: 'none', why: 'no-rate' });
  });
});
