import type { Role } from '../words/console.ts';

/** Every text of the console is in this file or in texts/: whoever translates it needs no other. */

export const siteTexts = {
  product: 'Billing codes',
  skip: 'Skip to main content',
  menu: 'Menu',
  mainMenu: 'Main menu',
  signOut: 'Sign out',
  away: (age: string) =>
    `SQL Server is not reachable. This is the copy that is here${age === '' ? '' : `, of ${age} ago`}; nothing can be changed meanwhile.`,
};

export const navTexts = {
  watch: 'Watch',
  overview: 'Overview',
  live: 'Live calls',
  calls: 'Calls',
  reports: 'Reports',
  keep: 'Manage',
  accounts: 'Accounts',
  templates: 'Restrictions',
  departments: 'Departments',
  extensions: 'Extensions',
  rates: 'Rates',
  look: 'Administer',
  security: 'Security',
  audit: 'Audit trail',
  users: 'Users',
  tokens: 'Tokens',
  settings: 'Settings',
  guide: 'First steps',
  own: 'You',
  myCalls: 'My calls',
};

export const roleTexts: Readonly<Record<Role, { name: string; says: string }>> = {
  caller: { name: 'Caller', says: 'sees only the calls of their own phone' },
  viewer: { name: 'Viewer', says: 'sees the calls, accounts and reports of one department' },
  reporter: { name: 'Reporter', says: 'sees all calls and reports, and changes nothing' },
  manager: { name: 'Manager', says: 'manages accounts, phones and departments, moves calls, sees codes' },
  administrator: { name: 'Administrator', says: 'may do everything, including users and rates' },
  auditor: { name: 'Auditor', says: 'sees everything including the audit trail, but no codes, and changes nothing' },
};

export const errorTexts = {
  notFound: 'There is no such page, or you may not see it.',
  notAllowed: 'You may not do this. Ask an administrator for another role if you need to.',
  otherSite: 'This request did not come from this console, so nothing was done. Open the page again and repeat it.',
  oldForm: 'This form is from an earlier session, so nothing was done. Open the page again and repeat it.',
  broken: 'Something went wrong, and the log of the controller says what. Nothing was changed.',
  titles: {
    400: 'Not understood',
    403: 'Not allowed',
    404: 'Not found',
    409: 'Not done',
    413: 'Too large',
    429: 'Too many tries',
    500: 'Something went wrong',
    503: 'Not available now',
  } as Readonly<Record<number, string>>,
  back: 'Back to the start page',
  thereIsAProblem: 'There is a problem',
  errorPrefix: 'Error: ',
};

/** What a page begins with after something was done. */
export const saidTexts = {
  'signed-out': 'You are signed out.',
  'session-over': 'Your session had ended, so nothing was done. Sign in and do it again.',
  'session-over-kept': 'Your session had ended, so nothing was done yet. Sign in: what you typed is still here.',
  'password-chosen': 'The password was set. Sign in with it.',
  'password-changed': 'Your password was changed, and all your other sessions were ended.',
  'account-added': 'The account was added.',
  'account-changed': 'The account was changed.',
  'account-enabled': 'The account was enabled: its code is good from now on.',
  'account-disabled': 'The account was disabled: its code is refused from now on.',
  'accounts-changed': 'The selected accounts were changed.',
  'accounts-imported': 'The accounts were imported.',
  'template-added': 'The template was added.',
  'template-changed': 'The template was changed. Accounts that were given it are as they were.',
  'template-removed': 'The template was removed.',
  'template-used': 'The template was used: what may be called is what it says.',
  'extension-added': 'The extension was added.',
  'extension-changed': 'The extension was changed.',
  'extension-removed': 'The extension was removed. Its call records stay.',
  'department-added': 'The department was added.',
  'department-changed': 'The department was changed.',
  'department-removed': 'The department was removed.',
  'nothing-changed': 'Nothing was different, so nothing was changed.',
  'call-assigned': 'The call was assigned.',
  'call-moved': 'The call was moved.',
  'call-ended': 'The call was ended.',
  'call-account-set': 'The account of the call was set.',
  'call-gone': 'That call is over already.',
  'call-emergency': 'That is an emergency call: only its two sides end it.',
  'rates-imported': 'The rates were imported: calls that end from now on have them.',
  'rates-restored': 'The earlier rates are in force again.',
  'report-saved': 'The report was saved.',
  'report-deleted': 'The report was deleted.',
  'report-scheduled': 'The report was scheduled: it is sent the next time that it is due.',
  'report-unscheduled': 'The report is not sent any more.',
  'lock-released': 'The lock was released. Every controller knows within a second.',
  'locks-released': 'All locks were released. Every controller knows within a second.',
  'user-changed': 'The user was changed.',
  'sessions-ended': 'The sessions were ended.',
  'second-factor-removed': 'The second factor is off.',
  'second-factor-reset': 'The second factor was removed, and all sessions of this user were ended.',
  'sign-in-again': 'That took too long: sign in again.',
  'token-revoked': 'The token was revoked: it is refused from now on.',
  'guide-call-placed': 'The call was placed by the simulator, and this is its record.',
} as const;
export type Said = keyof typeof saidTexts;
export const isSaid = (text: string): text is Said => Object.hasOwn(saidTexts, text);

export const formTexts = {
  search: 'Search',
  show: 'Show',
  filter: 'Apply',
  save: 'Save',
  cancel: 'Cancel',
  next: 'Next page',
  first: 'First page',
  yes: 'Yes',
  no: 'No',
  none: 'none',
  free: 'free',
  any: 'any',
  details: 'Details',
  moreFilters: 'More filters',
  nothingFound: 'Nothing found.',
};
