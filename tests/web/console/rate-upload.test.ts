import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from './browser.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let browser: Browser;
const start = async (): Promise<void> => {
  console = await startTestConsole();
  browser = await console.as('administrator');
};

const header = 'prefix,destination,price,increments,currency';
const csv = (...lines: string[]): string => [header, ...lines].join('\n');
const utah = '1801,USA Utah,0.02,60/60,USD';
const london = '4420,United Kingdom London,0.04,60/60,USD';

async function upload(content: string | Uint8Array<ArrayBuffer>, fields: Record<string, string> = {}): Promise<Page> {
  await browser.get('/rates/import');
  return browser.post('/rates/import', fields, { field: 'file', name: 'carrier.csv', content });
}

/** What the page offers to be applied. */
const offered = ({ text }: Page): Record<string, string> => {
  const form = text.slice(text.indexOf('action="/rates/import/apply"'));
  const inputs = form.slice(0, form.indexOf('</form>')).matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g);
  const fields = [...inputs].map(([, name = '', value = '']) => [name, value] as const);
  return Object.fromEntries(fields.filter(([name]) => name !== 'form-token'));
};
const tables = () => console.store.listRateTables();
const fresh = { table: '', 'new-name': 'Carrier' };
const version = async () => (await tables())[0]?.version ?? 0;

describe('rates by upload', () => {
  beforeEach(start);
  afterEach(() => console.dispose());

  it('are compared, imported, in the history, and can be gone back from', async () => {
    const first = await upload(csv(utah, london), fresh);
    expect(first.text).toContain('2 added, 0 changed, 0 removed, 0 unchanged');
    expect(await tables()).toEqual([]);
    const done = await browser.post('/rates/import/apply', offered(first));
    expect(done.text).toContain('The rates were imported');
    expect(await tables()).toMatchObject([
      { name: 'Carrier', version: 1, rates: 2, source: 'carrier.csv', currency: 'USD' },
    ]);

    const dearer = await upload(csv(utah.replace('0.02', '0.03')), { table: 'Carrier', amend: 'yes' });
    expect(dearer.text).toContain('0 added, 1 changed, 0 removed, 1 unchanged');
    expect((await browser.post('/rates/import/apply', offered(dearer))).text).toContain('The rates were imported');
    const { id } = (await tables())[0] ?? { id: 0 };
    expect((await browser.get(`/rates/tables/${id}`)).text).toContain(`/rates/tables/${id}/versions/1`);
    expect(await console.parts.people.listAudit({ action: 'rates-imported', limit: 9 })).toMatchObject([
      { subject: 'rate table Carrier', before: { version: '1' }, after: { file: 'carrier.csv', amends: 'yes' } },
      { before: { version: '0' } },
    ]);
  });

  it('from a workbook, and what a message asks for is said by its name', async () => {
    const notice = readFileSync(join(import.meta.dirname, '../../cases/rates-notice.xlsx'));
    const asked = await upload(new Uint8Array(notice), fresh);
    expect([asked.status, /--[a-z-]+/.test(asked.text)]).toEqual([asked.status, true]);
    const said = await upload(new Uint8Array(notice), {
      ...fresh,
      'option-currency': 'USD',
      'option-increments': '60/60',
    });
    expect(said.text).toMatch(/\d+ added, 0 changed/);
  });

  it('that are unlikely are asked about, and imported only once that is answered', async () => {
    await browser.post('/rates/import/apply', offered(await upload(csv(utah, london), fresh)));
    const dear = await upload(csv(utah.replace('0.02', '0.5'), london), { table: 'Carrier' });
    expect(dear.text).toMatch(/name="confirm"\s+value="price"/);
    const refused = await browser.post('/rates/import/apply', offered(dear));
    expect([refused.status, await version()]).toEqual([422, 1]);
    expect(await console.parts.people.listAudit({ action: 'rates-imported', limit: 9 })).toHaveLength(1);
    await browser.post('/rates/import/apply', { ...offered(refused), confirm: 'price' });
    expect(await version()).toBe(2);
  });

  it('are not imported over those that somebody else has imported meanwhile', async () => {
    await browser.post('/rates/import/apply', offered(await upload(csv(utah, london), fresh)));
    const mine = offered(await upload(csv(utah), { table: 'Carrier', amend: 'yes' }));
    const theirs = offered(await upload(csv(utah.replace('0.02', '0.03')), { table: 'Carrier', amend: 'yes' }));
    await browser.post('/rates/import/apply', theirs);
    const late = await browser.post('/rates/import/apply', mine);
    expect([late.status, late.text.includes('choose it again')]).toEqual([422, true]);
    const again = offered(await upload(csv(utah), { table: 'Carrier', amend: 'yes' }));
    const stale = await browser.post('/rates/import/apply', { ...again, version: '1' });
    expect([stale.status, await version()]).toEqual([422, 2]);
    expect(stale.text).toContain('were changed meanwhile');
  });

  it('are for administrators alone, and a file is nobody else’s', async () => {
    const mine = offered(await upload(csv(utah), fresh));
    const manager = await console.as('manager');
    expect((await manager.get('/rates/import')).status).toBe(403);
    await manager.get('/accounts');
    expect((await manager.post('/rates/import/apply', mine)).status).toBe(403);
    browser = await console.as('administrator', { name: 'another' });
    await browser.get('/rates/import');
    expect((await browser.post('/rates/import/apply', mine)).text).toContain('choose it again');
    expect(await tables()).toEqual([]);
  });
});

describe('rates by upload', () => {
  beforeAll(async () => {
    await start();
    await browser.post('/rates/import/apply', offered(await upload(csv(utah, london), fresh)));
  });
  afterAll(() => console.dispose());

  it.each([
    ['no file', '', {}, /Choose a file/],
    ['a bad price', csv(utah, '44,UK,a lot,60/60,USD'), {}, /<td[^>]*>[^<]*price/],
    ['cut off within quotes', `${csv(utah)}\n44,"UK`, {}, /wrong with the file/],
    ['no rates at all', 'hello', {}, /wrong with the file/],
    ['a workbook that is cut off', new Uint8Array([80, 75, 3, 4, 20, 0]), {}, /wrong with the file/],
    ['an old workbook', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), {}, /wrong with the file/],
    ['another currency', csv(utah.replace('USD', 'EUR')), { table: 'Carrier' }, /EUR|USD/],
    ['a name that is taken', csv(utah), { table: '', 'new-name': 'CARRIER' }, /There is a rate table/],
    ['no name', csv(utah), { table: '', 'new-name': '' }, /Enter a name/],
    ['a day that is none', csv(utah), { table: 'Carrier', from: '2026-02-30' }, /2026-02-30/],
    ['an option that is none', csv(utah), { table: 'Carrier', 'option-locale': 'xx-!' }, /--locale/],
    ['hostile text', csv(utah, '44,<script>alert(1)</script>,x,60/60,USD'), {}, /wrong with the file/],
  ])('with %s change nothing', async (_what, content, fields, says) => {
    const before = await tables();
    const page = await upload(content, { table: 'Carrier', ...(fields as Record<string, string>) });
    expect([page.status, says.test(page.text)]).toEqual([422, true]);
    expect(page.text).not.toContain('<script>alert');
    expect(page.text).not.toContain('action="/rates/import/apply"');
    expect(await tables()).toEqual(before);
  });
});
