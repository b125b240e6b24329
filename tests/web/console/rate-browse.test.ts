import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rateTerms, ratesSource } from '../../store/rates-contract.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let path: string;
beforeAll(async () => {
  console = await startTestConsole();
  const terms = { connectFeeMicros: 0, firstIncrementMs: 0, nextIncrementMs: 1000 };
  const many = Array.from({ length: 120 }, (_, at) =>
    rateTerms(`4915${100 + at}`, { ...terms, destination: 'Germany mobile' }),
  );
  const rates = [
    rateTerms('', { ...terms, destination: 'everything else' }),
    rateTerms('44', { ...terms, destination: '<b>UK</b>', priceMicros: 13_100 }),
    rateTerms('4420', { ...terms, destination: 'London', scope: 'peak', priceMicros: 20_000 }),
    rateTerms('4420', { ...terms, destination: 'London', scope: 'off-peak', priceMicros: 10_000 }),
    rateTerms('1204', { ...terms, destination: 'Manitoba' }),
    rateTerms('1212', { ...terms, destination: 'New York', validFromMs: Date.parse('2026-12-01T00:00:00Z') }),
    rateTerms('1', { ...terms, destination: 'North America' }),
    rateTerms('234805', { ...terms, destination: 'Nigeria', status: 'closed' }),
    ...many,
  ];
  await console.store.importRates('Carrier', ratesSource([rateTerms('999', terms)], 'USD'));
  await console.store.importRates('Carrier', ratesSource(rates, 'USD'));
  const table = (await console.store.listRateTables()).find(({ name }) => name === 'Carrier');
  path = `/rates/tables/${table?.id ?? 0}/rates`;
});
afterAll(() => console.dispose());

/** Prefixes of a page, in order. */
const prefixesIn = (page: string): string[] =>
  [...page.matchAll(/<th scope="row">\s*(\*|\d+)/g)].map(([, prefix = '']) => prefix);

describe('the rates of a table', () => {
  it('are browsed a page at a time, only those in force, and every one is on one page', async () => {
    const browser = await console.as('reporter');
    expect((await browser.get(path.replace(/\/rates$/, ''))).text).toContain(path);
    const seen: string[] = [];
    let next: string | undefined = path;
    let pages = 0;
    while (next !== undefined) {
      const { text }: { text: string } = await browser.get(next);
      seen.push(...prefixesIn(text));
      pages += 1;
      next = /<a rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(pages).toBe(3);
    expect(seen).toHaveLength(128);
    expect(seen.slice(0, 8)).toEqual(['*', '1', '1204', '1212', '234805', '44', '4420', '4420']);
    expect(seen).not.toContain('999');
  });

  it.each([
    ['4420', ['4420', '4420']],
    ['+44 20', ['4420', '4420']],
    ['0044', ['44', '4420', '4420']],
    ['*', ['*']],
    ['Canada', ['1', '1204']],
    ['united states', ['1', '1212']],
    ['GB', ['44', '4420', '4420']],
    ['Nigeria', ['234805']],
    // None begins with these digits: what holds for them.
    ['44207946', ['*', '44', '4420', '4420']],
    ['4930', ['*']],
    ['7', ['*']],
    ['Japan', []],
  ])('are found by prefix or country: %s', async (asked, expected) => {
    const { text } = await (await console.as('manager')).get(`${path}?q=${encodeURIComponent(asked)}`);
    expect(prefixesIn(text)).toEqual(expected);
  });

  it('show what they are, as text', async () => {
    const { text } = await (await console.as('auditor')).get(`${path}?q=44`);
    expect(text).toContain('&lt;b&gt;UK&lt;/b&gt;');
    expect(text).toContain('0.0131');
    expect(text).toMatch(/peak<\/span>/);
    expect((await (await console.as('auditor')).get(`${path}?q=Nigeria`)).text).toContain('closed: calls are refused');
  });

  it.each(['nowhere', 'Korea Japan', '4420x', "'; DROP TABLE rates"])('are not guessed from %s', async (asked) => {
    const { status, text } = await (await console.as('manager')).get(`${path}?q=${encodeURIComponent(asked)}`);
    expect(status).toBe(422);
    expect(text).toContain('Enter the beginning of a number with its country code, or one country');
  });

  it('are nothing for who may not see rates, and not there for a table that is none', async () => {
    expect((await (await console.as('caller')).get(path)).status).toBe(403);
    expect((await (await console.as('viewer')).get(path)).status).toBe(403);
    for (const other of ['/rates/tables/99/rates', '/rates/tables/x/rates'])
      expect((await (await console.as('manager')).get(other)).status).toBe(404);
    for (const after of ['x', '1|2', '44|1|2|3', '|9999999999999999|all'])
      expect((await (await console.as('manager')).get(`${path}?after=${encodeURIComponent(after)}`)).status).toBe(200);
  });
});
