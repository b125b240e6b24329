import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import readXlsxFile from 'read-excel-file/node';
import { createSimulator, type Simulator } from '../../src/simulator/freeswitch.ts';
import { eventually } from '../support/controller.ts';
import { openSignedIn, type SignedIn } from './signed-in.ts';

let signedIn: SignedIn;
let simulator: Simulator;
beforeAll(async () => {
  signedIn = await openSignedIn({ 'guessing.phoneLimit': '3' });
  const { host, port } = signedIn.site.controller.address();
  simulator = createSimulator({ controllers: `${host}:${port}` });
});
afterAll(async () => {
  simulator.close();
  await signedIn.close();
});

const heading = (): Promise<string> => signedIn.page.locator('h1').innerText();

it('the first administrator is shown the first steps', async () => {
  expect(await heading()).toBe('First steps');
});

it('makes codes', async () => {
  const { page, site } = signedIn;
  for (const [code, name] of [
    ['12345', 'Smith & Co'],
    ['22222', 'Northern Mills'],
  ] as const) {
    await page.goto(`${site.origin}/accounts/new`);
    await page.getByLabel('Code', { exact: true }).fill(code);
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByRole('button', { name: 'Save' }).click();
    expect(await page.getByRole('status').innerText()).toBe('The account was added.');
  }
});

it('watches a call live, without loading the page again, and ends it', async () => {
  const { page, site } = signedIn;
  await page.goto(`${site.origin}/live`);
  expect(await page.getByText('No calls now.').isVisible()).toBe(true);
  const call = simulator.placeCall({
    ...{ dialled: '9', callerNumber: '202', keys: ['12345**8016424655#'] },
    farEnd: { kind: 'answers', afterMs: 300, talkMs: Infinity, hangsUp: 'caller' },
  });
  await page.getByText('talking', { exact: true }).waitFor();
  expect(await page.locator('tbody').innerText()).toContain('Smith & Co');
  await page.getByRole('link', { name: /^End.*202/ }).click();
  await page.getByRole('button', { name: 'End the call' }).click();
  expect(await page.getByRole('status').innerText()).toBe('The call was ended.');
  const { answered } = await call.finished;
  expect(answered).toBe(true);
});

it('sees it in the report, and reads its XLSX again', async () => {
  const { page, site } = signedIn;
  await eventually(async () => {
    await page.goto(`${site.origin}/reports/usage-by-account?preset=today`);
    return (await page.locator('main').innerText()).includes('Smith & Co') ? true : null;
  });
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Excel (XLSX)' }).click(),
  ]);
  const rows = await readXlsxFile(await readFile(await file.path()));
  const cells = JSON.stringify(rows);
  expect(cells).toContain('Smith & Co');
});

it('tells the story of the call, and moves it', async () => {
  const { page, site } = signedIn;
  await page.goto(`${site.origin}/calls?preset=today`);
  await page.locator('tbody th a').first().click();
  expect(await page.locator('.steps').first().innerText()).toMatch(
    /The call arrived[\s\S]*Allowed[\s\S]*Answered[\s\S]*Ended: answered/,
  );
  await page.getByLabel('Account to charge').fill('Northern Mills');
  await page.getByLabel('Reason').fill('it was for them');
  await page.getByRole('button', { name: 'Move the call' }).click();
  expect(await page.getByRole('status').innerText()).toBe('The call was moved.');
  expect(await page.locator('main').innerText()).toContain('from Smith & Co to Northern Mills');
});

it('shows a code, and the audit trail says who saw it', async () => {
  const { page, site } = signedIn;
  await page.goto(`${site.origin}/accounts?q=north`);
  await page.getByRole('link', { name: 'Northern Mills' }).click();
  expect(await page.locator('main').innerText()).not.toContain('22222');
  await page.getByRole('button', { name: 'Show the code' }).click();
  expect(await page.getByRole('status').innerText()).toContain('22222');
  await page.goto(`${site.origin}/audit`);
  expect(await page.locator('tbody tr').first().innerText()).toMatch(
    /anna[\s\S]*saw a code[\s\S]*account Northern Mills/,
  );
});

it('finds accounts while one types, without loading the page again', async () => {
  const { page, site } = signedIn;
  await page.goto(`${site.origin}/accounts`);
  await page.evaluate("document.body.setAttribute('data-same', 'yes')");
  await page.getByRole('searchbox').pressSequentially('smi');
  await page.getByText('Northern Mills').waitFor({ state: 'detached' });
  expect(await page.locator('#found').innerText()).toContain('Smith & Co');
  expect(await page.locator('body').getAttribute('data-same')).toBe('yes');
});

it('imports accounts after every bad line was mended', async () => {
  const { page, site } = signedIn;
  const choose = async (content: string): Promise<void> => {
    await page
      .getByLabel('CSV file or workbook (.xlsx)')
      .setInputFiles({ name: 'codes.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
    await page.getByRole('button', { name: 'Look at it first' }).click();
  };
  await page.goto(`${site.origin}/accounts/import`);
  await choose('code,name\n6x,A\n60002,\n');
  expect(await page.getByRole('alert').innerText()).toContain('2 lines are wrong');
  await choose('code,name\n60001,Imported one\n60002,Imported two\n');
  await page.getByRole('button', { name: 'Import: add 2, change 0' }).click();
  expect(await page.getByRole('status').innerText()).toBe('The accounts were imported.');
});

it('sees a phone locked by wrong codes, and releases it', async () => {
  const { page, site } = signedIn;
  const wrong = ['9981', '8872', '7763'].map((code) => `${code}**8016424655#`);
  await simulator.placeCall({ dialled: '9', callerNumber: '207', keys: wrong, outOfKeys: 'hang-up' }).finished;
  await eventually(async () => {
    await page.goto(`${site.origin}/security`);
    return (await page.getByRole('button', { name: /^Release.*207/ }).count()) === 1 ? true : null;
  }, 30_000);
  await page.getByRole('button', { name: /^Release.*207/ }).click();
  expect(await page.getByRole('status').innerText()).toContain('The lock was released.');
});

it('invites somebody, who may no more than the role says', async () => {
  const { page, site, browser } = signedIn;
  await page.goto(`${site.origin}/users/new`);
  await page.getByLabel('User name').fill('rita');
  await page.getByRole('radio', { name: 'Reporter' }).check();
  await page.getByRole('button', { name: 'Add a user' }).click();
  const link = await page.locator('main a.code').getAttribute('href');
  const other = await (await browser.newContext()).newPage();
  await other.goto(`${site.origin}${link ?? ''}`);
  await other.getByLabel('Password', { exact: true }).fill('a long enough phrase');
  await other.getByLabel('The same password again').fill('a long enough phrase');
  await other.getByRole('button', { name: 'Set the password' }).click();
  await other.getByLabel('User name').fill('rita');
  await other.getByLabel('Password').fill('a long enough phrase');
  await other.getByRole('button', { name: 'Sign in' }).click();
  const menu = await other.getByRole('navigation', { name: 'Main menu' }).innerText();
  expect(menu).toContain('Reports');
  for (const hidden of ['Users', 'Settings', 'Audit trail', 'Security']) expect(menu).not.toContain(hidden);
  await other.goto(`${site.origin}/users`);
  expect(await other.locator('h1').innerText()).toBe('Not allowed');
});
