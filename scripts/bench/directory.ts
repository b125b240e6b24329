import { openForWriting } from '../../src/store/sqlite/database.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { accountFields } from '../../src/words/directory/account.ts';
import type { RateTerms } from '../../src/rating/rate.ts';

export const firstCode = 1_000_000;
export const firstExtension = 2_000;

const limits = {
  [accountFields.longestCallMinutes.sqlite]: 120,
  [accountFields.callsAtATime.sqlite]: 50,
  [accountFields.callsPerMinute.sqlite]: 1_000,
  [accountFields.minutesPerDay.sqlite]: 1_000_000,
  [accountFields.minutesPerMonth.sqlite]: 10_000_000,
  [accountFields.moneyPerDay.sqlite]: 1_000_000_000_000,
  [accountFields.moneyPerMonth.sqlite]: 10_000_000_000_000,
  [accountFields.highestPrice.sqlite]: 100_000_000,
};

/** Codes from `firstCode` on, the second half of them with every limit; phones; and a rate for each prefix of two to four digits. */
export async function fillDirectory(
  file: string,
  { accounts, extensions }: { accounts: number; extensions: number },
): Promise<void> {
  await (await openLocalStore({ file })).close();
  const db = openForWriting({ file });
  const numbers = (count: number): string =>
    `WITH RECURSIVE n (value) AS (VALUES (0) UNION ALL SELECT value + 1 FROM n WHERE value < ${count - 1})`;
  const half = Math.floor(accounts / 2);
  const limited = Object.values(limits).map((limit) => `CASE WHEN n.value >= ${half} THEN ${limit} END`);
  db.exec(`INSERT INTO accounts (code, name, ${Object.keys(limits).join(', ')})
    ${numbers(accounts)} SELECT CAST(${firstCode} + n.value AS TEXT), 'Account ' || n.value, ${limited.join(', ')} FROM n`);
  db.exec(`INSERT INTO extensions (number, name)
    ${numbers(extensions)} SELECT CAST(${firstExtension} + n.value AS TEXT), 'Phone ' || n.value FROM n`);
  db.close();
  const store = await openLocalStore({ file });
  await store.importRates('standard', { name: 'bench', currency: () => 'USD', batches: rates });
  await store.close();
}

// eslint-disable-next-line @typescript-eslint/require-await -- a source of rates is read as it comes
async function* rates(): AsyncGenerator<{ line: number; rates: RateTerms[] }[]> {
  let line = 1;
  for (let digits = 10; digits < 10_000; digits += 1) {
    if (String(digits).startsWith('0')) continue;
    yield [{ line: (line += 1), rates: [rate(String(digits))] }];
  }
}

const rate = (prefix: string): RateTerms => ({
  ...{ prefix, scope: 'all', status: 'open', destination: `to ${prefix}`, tiers: '' },
  ...{ connectFeeMicros: 0, priceMicros: 20_000, firstIncrementMs: 30_000, nextIncrementMs: 6_000 },
  ...{ minimumChargeMicros: 0, graceMs: 0, validFromMs: null, validUntilMs: null },
});
