import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from './browser.ts';
import { seed, type Seeded } from './seed.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let seeded: Seeded;
let browser: Browser;
beforeAll(async () => {
  console = await startTestConsole();
  seeded = await seed(console.store);
  browser = await console.as('manager');
});
afterAll(() => console.dispose());

const restrictionOf = async (name: 'Sales' | 'Legal') =>
  (await console.store.findAccountById(seeded[name].accountId))?.restriction;
const templates = () => console.parts.people.listTemplates();
const idOf = async (name: string) => (await templates()).find((one) => one.name === name)?.id ?? 0;
const versionIn = (text: string): string => /name="version" value="([^"]+)"/.exec(text)?.[1] ?? '';

describe('restriction templates', () => {
  it('are added, used on an account, shown where they are used, changed, and applied again', async () => {
    await browser.get('/templates/new');
    await browser.post('/templates', { name: 'Local only', allowedCallTypes: 'internal, local', maximumDigits: '11' });
    const id = await idOf('Local only');
    await browser.get(`/accounts/${seeded.Sales.accountId}`);
    const used = await browser.post(`/accounts/${seeded.Sales.accountId}/template`, { template: String(id) });
    expect(used.text).toMatch(/Local only\s+<span class="badge good">as the template/);
    expect(await restrictionOf('Sales')).toMatchObject({ allowedCallTypes: ['internal', 'local'], maximumDigits: 11 });

    const page = await browser.get(`/templates/${id}`);
    expect(page.text).toContain('>Sales account</a>');
    const values = {
      name: 'Local only',
      allowedCallTypes: 'internal',
      maximumDigits: '',
      version: versionIn(page.text),
    };
    await browser.post(`/templates/${id}`, values);
    expect(await restrictionOf('Sales')).toMatchObject({ allowedCallTypes: ['internal', 'local'] });
    expect((await browser.get(`/accounts/${seeded.Sales.accountId}`)).text).toContain('badge warn">differs');
    await browser.post(`/templates/${id}/apply`);
    expect(await restrictionOf('Sales')).toMatchObject({ allowedCallTypes: ['internal'], maximumDigits: null });
    const [line] = await console.parts.people.listAudit({ action: 'account-changed', limit: 1 });
    expect(line).toMatchObject({
      subject: 'account Sales account',
      after: { restrictions: 'as template Local only: internal' },
    });
  });

  it('are used on several accounts that are ticked, and keep them when they are removed', async () => {
    await browser.get('/templates/new');
    await browser.post('/templates', { name: 'No premium', blockedPrefixes: '1900' });
    const id = await idOf('No premium');
    const both = [
      ['id', String(seeded.Sales.accountId)],
      ['id', String(seeded.Legal.accountId)],
    ] as const;
    await browser.get('/accounts');
    await browser.post('/accounts/bulk', { apply: 'yes', template: String(id) }, undefined, both);
    expect((await templates()).find((one) => one.id === id)).toMatchObject({ uses: 2 });
    await browser.get(`/templates/${id}`);
    await browser.post(`/templates/${id}/remove`);
    expect(await restrictionOf('Legal')).toMatchObject({ blockedPrefixes: ['1900'] });
    expect((await browser.get(`/templates/${id}`)).status).toBe(404);
    expect((await browser.get(`/accounts/${seeded.Legal.accountId}`)).status).toBe(200);
  });

  it.each([
    ['without a name', { name: '' }, /Name/],
    ['with a name that is taken', { name: 'TAKEN' }, /There is a template called/],
    ['with more minimum than maximum digits', { name: 'x', minimumDigits: '9', maximumDigits: '4' }, /inimum digits/],
    ['with what is no list', { name: 'x', blockedPrefixes: 'abc' }, /Blocked prefixes/],
    ['with what is no call type', { name: 'x', allowedCallTypes: 'martian' }, /Allowed call types/],
  ])('are refused %s', async (_what, fields, says) => {
    await browser.get('/templates/new');
    await browser.post('/templates', { name: 'taken' });
    const before = await templates();
    const page = await browser.post('/templates', fields);
    expect([page.status, says.test(page.text)]).toEqual([422, true]);
    expect(await templates()).toEqual(before);
  });

  it('are not written over what somebody else has changed, and are text whatever their name', async () => {
    await browser.get('/templates/new');
    const name = '<script>alert(1)</script>\u202e';
    await browser.post('/templates', { name });
    const hostile = (await templates()).find((one) => one.name.startsWith('<script>'));
    expect(hostile?.name).toBe(name);
    const page = await browser.get(`/templates/${hostile?.id ?? 0}`);
    expect([page.text.includes('<script>alert'), page.text.includes('\u202e</h1>')]).toEqual([false, false]);
    const stale = await browser.post(`/templates/${hostile?.id ?? 0}`, { name: 'other', version: 'old' });
    expect([stale.status, await idOf('other')]).toEqual([422, 0]);
  });

  it('belong to the whole site: a manager of a department uses them on their accounts alone', async () => {
    const id = await idOf('Local only');
    const mine = await console.as('manager', { name: 'sally', departmentId: seeded.Sales.departmentId });
    await mine.get('/accounts');
    expect((await mine.post('/templates', { name: 'mine' })).status).toBe(403);
    const own = await mine.post(`/accounts/${seeded.Sales.accountId}/template`, { template: String(id) });
    expect(own.text).toContain('The template was used');
    const other = await mine.post(`/accounts/${seeded.Legal.accountId}/template`, { template: String(id) });
    expect(other.status).toBe(404);
  });
});
