import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roles } from '../../../src/words/console.ts';
import { ratesSource, rateTerms } from '../../store/rates-contract.ts';
import type { Browser } from './browser.ts';
import { startSeededConsole, type Seeded } from './seed.ts';
import type { TestConsole } from './test-console.ts';

let console: TestConsole;
let seeded: Seeded;
beforeAll(async () => {
  ({ console, seeded } = await startSeededConsole());
  await console.store.importRates('Carrier', ratesSource([rateTerms('1'), rateTerms('44')], 'USD'));
});
afterAll(() => console.dispose());

const unescaped = (text: string): string => text.replaceAll('&amp;', '&').replaceAll('&#39;', "'");
/** Numbers and names in it are one kind of page, which is looked at twice. */
const kindOf = (path: string): string => {
  const [way = '', query = ''] = path.split('?');
  const keys = [...new URLSearchParams(query).keys()].sort();
  return `${way.replace(/\/[^/]*\d[^/]*/g, '/…').replace(/\/call-[^/]+|\/live-[^/]+/g, '/…')}?${keys.join('&')}`;
};

type Dead = { on: string; leadsTo: string; says: string };

/** Follows every link from the first page on, and asks of every form whether it may be sent. */
async function walk(browser: Browser): Promise<{ seen: number; dead: Dead[] }> {
  const dead: Dead[] = [];
  const asked = new Set<string>();
  const times = new Map<string, number>();
  const waiting = [{ on: '', path: '/' }];
  const isNew = (path: string): boolean => {
    const kind = kindOf(path);
    times.set(kind, (times.get(kind) ?? 0) + 1);
    return !asked.has(path) && (times.get(kind) ?? 0) <= 2;
  };
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { on, path } = next;
    asked.add(path);
    const page = await browser.get(path);
    if (page.status !== 200) dead.push({ on, leadsTo: path, says: String(page.status) });
    const text = page.headers.get('content-type')?.startsWith('text/html') === true ? page.text : '';
    for (const [, href = ''] of text.matchAll(/<a\b[^>]*\bhref="(\/[^"#]*)/g)) {
      const to = unescaped(href);
      if (isNew(to) && !to.startsWith('/live/events')) waiting.push({ on: path, path: to });
    }
    for (const [form] of text.matchAll(/<form\b[^>]*method="post"[^>]*>/g)) {
      const action = unescaped(/action="([^"]*)"/.exec(form)?.[1] ?? path);
      if (asked.has(`POST ${action}`)) continue;
      asked.add(`POST ${action}`);
      // Nothing is done for want of the token, but nobody who may not use it gets as far as that.
      const { text: answer, status } = await browser.post(action, { 'form-token': 'x' });
      if (!answer.includes('This form is from an earlier session'))
        dead.push({ on: path, leadsTo: `POST ${action}`, says: String(status) });
    }
  }
  return { seen: asked.size, dead };
}

describe.each(roles)('what a %s is shown', (role) => {
  it.each([
    ['without a department', null],
    ['with a department', 'Sales'],
  ] as const)('%s may be used: no link and no form leads nowhere', async (_what, department) => {
    const departmentId = department === null ? null : seeded[department].departmentId;
    const extension = role === 'caller' ? { extension: seeded.Sales.extension } : {};
    const browser = await console.as(role, { departmentId, name: `${role}-${department ?? 'none'}`, ...extension });
    const { seen, dead } = await walk(browser);
    expect(dead).toEqual([]);
    expect(seen).toBeGreaterThan(role === 'caller' ? 3 : 10);
  });
});
