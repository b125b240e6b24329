import { describe, expect, it } from '@jest/globals';
import { runs, seed, seedText } from '../../../support/random.ts';
import { temporaryStores } from '../temporary.ts';
import { openOffice, preparedHistories } from './one-office.ts';

const { aFile } = temporaryStores();

describe(`prices, their history and the ledger after rates, tiers, free minutes, calls, re-ratings, undoing, moves and corrections in any order (${seedText})`, () => {
  it('are those that the rules say, after every step', async () => {
    const office = await openOffice(aFile());
    try {
      const tryOne = preparedHistories(office);
      const histories = runs(2_000, 150);
      let steps = 0;
      for (let nth = 0; nth < histories; nth++) steps += await tryOne(seed + nth);
      // Of four at least each.
      expect(steps).toBeGreaterThanOrEqual(histories * 4);
    } finally {
      office.db.close();
    }
  }, 1_300_000);
});
