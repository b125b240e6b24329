import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from './browser.ts';
import { seed, type Seeded } from './seed.ts';
import { startTestConsole, type TestConsole } from './test-console.ts';

let console: TestConsole;
let seeded: Seeded;
let browser: Browser;
beforeAll(async () => {
  console = await startTestConsole({ flags: { 'site.timeZone': 'America/Denver' } });
  seeded = await seed(console.store);
  browser = await console.as('administrator');
});
afterAll(() => console.dispose());

/** Names of fields of which each form has one. */
function namesIn(page: string): string[][] {
  const forms = [...page.matchAll(/<form[^]*?<\/form>/g)].map(([form]) => form);
  return forms.map((form) =>
    [...form.matchAll(/<(?:input|select|textarea)\b[^>]*/g)]
      .map(([tag]) => tag)
      .filter((tag) => !/type="(?:radio|checkbox)"/.test(tag))
      .flatMap((tag) => /\bname="([^"]+)"/.exec(tag)?.[1] ?? []),
  );
}

describe('a form', () => {
  it.each([
    ...['/accounts/new', '/accounts/ID/edit', '/accounts', '/templates/new', '/departments/new', '/departments/DEPT'],
    ...['/extensions/new', '/extensions/201/edit', '/rates', '/rates/import', '/users/new', '/tokens/new'],
    ...['/calls', '/reports/usage-by-account', '/reports/statement', '/calls/call-Sales', '/audit'],
  ])('of %s has each field once, since what is typed into a second one is lost', async (path) => {
    const { accountId, departmentId } = seeded.Sales;
    const { status, text } = await browser.get(
      path.replace('ID', String(accountId)).replace('DEPT', String(departmentId)),
    );
    expect(status).toBe(200);
    for (const names of namesIn(text)) expect(names).toEqual([...new Set(names)]);
  });

  it('of a department keeps its limits', async () => {
    const { departmentId } = seeded.Sales;
    const { text } = await browser.get(`/departments/${departmentId}`);
    const version = /name="version" value="([^"]+)"/.exec(text)?.[1] ?? '';
    await browser.post(`/departments/${departmentId}`, { version, minutesPerDay: '90', moneyPerContract: '250' });
    const found = (await console.store.listDepartments()).find(({ id }) => id === departmentId);
    expect(found).toMatchObject({ name: 'Sales', minutesPerDay: 90, moneyPerContract: 250_000_000 });
  });
});

describe('a filter', () => {
  it('by days counts although the list of periods has a choice', async () => {
    const today = await browser.get('/calls?was=last-7-days&preset=last-7-days&from=&to=');
    expect(today.text).toContain('call-Sales');
    const { text } = await browser.get('/calls?was=last-7-days&preset=last-7-days&from=2020-01-01&to=2020-01-31');
    expect(text).toContain('No calls in this period');
    expect(text).toContain('value="2020-01-01"');
  });

  it('of a report has what is asked for most in fields, which its downloads know, and everything else as typed', async () => {
    const { text } = await browser.get(
      '/reports/calls?was=this-month&preset=last-7-days&department=Sales&outcome=answered',
    );
    expect(text).toContain('Sales account');
    expect(text).not.toContain('Legal account');
    const path = /href="(\/reports\/calls\/download[^"]*format=csv)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const csv = await browser.get(path);
    expect(csv.text).toContain('Sales account');
    expect(csv.text).not.toContain('Legal account');
    const both = await browser.get('/reports/calls?preset=last-7-days&department=Sales&filter=min-duration%3D3600');
    expect(both.text).toContain('No calls');
    expect(both.text).toMatch(/<details[^>]* open/);
    const unknown = await browser.get('/reports/calls?department=Slaes');
    expect(unknown.status).toBe(422);
    expect(unknown.text).toContain('Slaes');
  });
});

describe('what is asked for', () => {
  it('of a carrier’s invoice is asked for in a field, and wrong only once it was sent', async () => {
    const first = await browser.get('/reports/actual-cost');
    expect(first.status).toBe(200);
    expect(first.text).not.toMatch(/There is a problem|--invoice/);
    const wrong = await browser.get('/reports/actual-cost?preset=last-7-days&invoice=much');
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('href="#field-invoice"');
    const { text } = await browser.get('/reports/actual-cost?preset=last-7-days&invoice=12.50+USD&by=duration');
    expect(text).toContain('Actual cost');
    expect(text).not.toContain('There is a problem');
    expect(text).toContain('invoice=12.50+USD');
  });

  it('of an account that nobody has is said', async () => {
    expect((await browser.get('/calls?account=Nobody')).text).toContain('There is no account “Nobody”.');
    const none = await browser.get('/calls?account=Sales+account&from=2020-01-01&to=2020-01-02');
    expect(none.text).toContain('No calls in this period.');
    expect(none.text).not.toContain('There is no account');
    const report = await browser.get('/reports/usage-by-account?account=Nobody');
    expect(report.text).toContain('href="#field-account"');
  });
});
