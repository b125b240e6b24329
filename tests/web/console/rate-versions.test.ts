import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rateTerms, ratesSource } from '../../store/rates-contract.ts';
import { seed } from './seed.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
beforeAll(async () => {
  console = await startTestConsole();
  await seed(console.store);
  const terms = { connectFeeMicros: 0, firstIncrementMs: 0, nextIncrementMs: 1000 };
  await console.store.importRates('Carrier', ratesSource([rateTerms('1', { ...terms, priceMicros: 20_000 })], 'USD'));
  const dearer = [
    rateTerms('1', { ...terms, priceMicros: 50_000 }),
    rateTerms('44', { ...terms, priceMicros: 90_000 }),
  ];
  await console.store.importRates('Carrier', ratesSource(dearer, 'USD'));
});
afterAll(() => console.dispose());

const table = async () => {
  const found = (await console.store.listRateTables()).find(({ name }) => name === 'Carrier');
  if (found === undefined) throw new Error('there is no such table');
  return found;
};

describe('an earlier version of a rate table', () => {
  it('is shown with what going back would change, gone back to as one more version, and that is noted', async () => {
    const browser = await console.as('administrator');
    const { id, version } = await table();
    const path = `/rates/tables/${id}/versions/${version - 1}`;
    expect((await browser.get(`/rates/tables/${id}`)).text).toContain(path);
    const shown = (await browser.get(path)).text;
    expect(shown).toContain('0 added, 1 changed, 1 removed, 0 unchanged');
    expect(shown).toMatch(/0\.05\/min.*0\.02\/min/s);
    expect((await table()).version).toBe(version);
    expect((await browser.post(path)).text).toContain('The earlier rates are in force again.');
    expect(await table()).toMatchObject({ version: version + 1, rates: 1 });
    const [line] = await console.store.listAudit({ action: 'rates-restored', limit: 10 });
    expect(line).toMatchObject({ subject: 'rate table Carrier', before: { version: String(version) } });
  });

  it('is nothing for others, nor where there is none, nor the one in force', async () => {
    const { id, version } = await table();
    const administrator = await console.as('administrator');
    for (const path of [
      `/rates/tables/${id}/versions/99`,
      `/rates/tables/${id}/versions/${version}`,
      '/rates/tables/9/versions/1',
    ])
      expect((await administrator.get(path)).status).toBe(404);
    const reporter = await console.as('reporter');
    expect((await reporter.get(`/rates/tables/${id}`)).text).not.toContain('/versions/');
    expect((await reporter.get(`/rates/tables/${id}/versions/1`)).status).toBe(403);
  });
});
