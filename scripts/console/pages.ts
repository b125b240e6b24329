import type { Page } from 'playwright-core';

/** Every page of the console, as the sample has something to show on it. */
export const pages: Readonly<Record<string, string>> = {
  overview: '/overview',
  live: '/live',
  calls: '/calls',
  call: '/calls/00000000-0000-4000-8000-000000000890',
  reports: '/reports',
  report: '/reports/usage-by-account?preset=last-30-days',
  accounts: '/accounts',
  account: '/accounts/1?number=011442079460958&extension=202',
  'account-edit': '/accounts/1/edit',
  'account-import': '/accounts/import',
  departments: '/departments',
  extensions: '/extensions',
  extension: '/extensions/202',
  rates: '/rates?number=011442079460958&seconds=95',
  security: '/security',
  audit: '/audit',
  users: '/users',
  'user-new': '/users/new',
  tokens: '/tokens',
  'token-new': '/tokens/new',
  settings: '/settings?given=1',
  guide: '/guide',
  'my-calls': '/my-calls',
  you: '/you',
  'my-sign-in': '/you/sign-in',
  'second-factor': '/you/second-factor',
};

const password = 'correct horse battery';

/** Makes the first administrator, who is signed in then. */
export async function welcome(page: Page, origin: string, path: string): Promise<void> {
  await page.goto(`${origin}${path}`);
  await page.getByLabel('User name').fill('anna');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('The same password again').fill(password);
  await page.getByRole('button', { name: 'Make the first administrator' }).click();
}
