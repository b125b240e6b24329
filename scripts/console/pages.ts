import type { Page } from 'playwright-core';
import { password, type SamplePeople } from './people.ts';

/**
 * Every page of the console of somebody who is signed in, as the sample has something to show on it. Behind ` > `, the link that leads
 * there from the page before it.
 */
export const pages: Readonly<Record<string, string>> = {
  overview: '/overview',
  live: '/live',
  'live-end': '/live > main a[href$="/end"]',
  'live-account': '/live > main a[href$="/account"]',
  calls: '/calls',
  call: '/calls/00000000-0000-4000-8000-000000000290',
  reports: '/reports',
  report: '/reports/usage-by-account?preset=last-30-days',
  'report-statement': '/reports/statement?preset=last-30-days',
  'report-hours': '/reports/traffic-by-hour?preset=last-30-days',
  'reports-saved': '/reports/saved',
  'report-schedule': '/reports/saved/1/schedule',
  'report-deliveries': '/reports/deliveries',
  'report-statements': '/reports/statements',
  'report-statements-changed': '/reports/statements?show=changed',
  accounts: '/accounts',
  account: '/accounts/1?number=011442079460958&extension=202',
  'account-new': '/accounts/new',
  'account-edit': '/accounts/1/edit',
  'account-import': '/accounts/import',
  templates: '/templates',
  template: '/templates/1',
  'template-new': '/templates/new',
  departments: '/departments',
  'department-new': '/departments/new',
  department: '/departments/1',
  destinations: '/destinations',
  'destination-new': '/destinations/new',
  destination: '/destinations/1',
  extensions: '/extensions',
  extension: '/extensions/202',
  'extension-new': '/extensions/new',
  'extension-edit': '/extensions/202/edit',
  'extension-remove': '/extensions/202/remove',
  rates: '/rates?number=011442079460958&seconds=95',
  'rate-table': '/rates/tables/1',
  'rate-browse': '/rates/tables/1/rates?q=united+kingdom',
  'rate-import': '/rates/import',
  'rate-version': '/rates/tables/1/versions/1',
  security: '/security',
  audit: '/audit',
  users: '/users',
  user: '/users/2',
  'user-new': '/users/new',
  tokens: '/tokens',
  'token-new': '/tokens/new',
  settings: '/settings?given=1',
  guide: '/guide',
  'my-calls': '/my-calls',
  'my-call': '/my-calls/00000000-0000-4000-8000-uncoded00001',
  you: '/you',
  password: '/you/password',
  'my-sign-in': '/you/sign-in',
  'second-factor': '/you/second-factor',
  'not-found': '/nothing-here',
};

/** Goes to one of them. Throws where there is none, so that nobody looks at the page that says so instead. */
export async function goTo(page: Page, origin: string, path: string): Promise<void> {
  const [first = '', link = null] = path.split(' > ');
  const answer = await page.goto(`${origin}${first}`);
  if (answer?.status() !== 200 && path !== pages['not-found']) {
    throw new Error(`${first} answered ${answer?.status() ?? 'nothing'}: the sample has no such page`);
  }
  if (link !== null) await page.locator(link).first().click();
}

type Look = (name: string) => Promise<void>;

const ratesFile = `prefix,destination,price,increments,currency
1,USA,0.26,30/6,USD
1801,"USA, Utah",0.012,30/6,USD
33,France,0.09,30/6,USD
`;

/** Pages that a form leads to, of somebody who is signed in as administrator. */
export async function formPages(page: Page, origin: string, look: Look): Promise<void> {
  await page.goto(`${origin}/accounts`);
  for (const at of [0, 1, 2]) await page.locator('input.tick').nth(at).check();
  await page.locator('form[action="/accounts/bulk"] > button, form[action="/accounts/bulk"] .button').last().click();
  await look('account-bulk');
  const upload = async (content: string): Promise<void> => {
    await page.goto(`${origin}/rates/import`);
    const file = { name: 'carrier-2027.csv', mimeType: 'text/csv', buffer: Buffer.from(content) };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.locator('main form[enctype] button').click();
  };
  await upload(ratesFile);
  await look('rate-import-compared');
  await upload(ratesFile.replace('0.09', 'a lot').replace('33', 'x'));
  await look('rate-import-refused');
}

/** The pages of who is not signed in yet, and of a second factor that is on, one after the other. */
export async function signInPages(page: Page, origin: string, people: SamplePeople, look: Look): Promise<void> {
  const { withFactor, invited } = people;
  const go = async (path: string, name: string): Promise<void> => {
    await page.goto(`${origin}${path}`);
    await look(name);
  };
  const enter = async (code: string): Promise<void> => {
    await page.locator('#field-code').fill(code);
    await page.locator('main form button').click();
  };
  const again = await withFactor.renew();
  await go(invited, 'invited');
  await go('/sign-in', 'sign-in');
  await page.getByLabel('User name').fill(withFactor.name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await look('sign-in-code');
  await enter('000000');
  await look('sign-in-code-wrong');
  await go('/sign-in/code?recovery=1', 'sign-in-recovery');
  await enter(again);
  await go('/you/sign-in', 'my-sign-in-on');
  await go('/you/second-factor/off', 'second-factor-off');
  await go('/you/second-factor/codes', 'recovery-codes-ask');
  await enter(await withFactor.renew());
  await look('recovery-codes');
  await page.context().clearCookies();
  await go('/signed-out', 'signed-out');
}

/** Makes the first administrator, who is signed in then. */
export async function welcome(page: Page, origin: string, path: string): Promise<void> {
  await page.goto(`${origin}${path}`);
  await page.getByLabel('User name').fill('anna');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('The same password again').fill(password);
  await page.getByRole('button', { name: 'Make the first administrator' }).click();
}
