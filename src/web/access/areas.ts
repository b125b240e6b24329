import { roles, type Role } from '../../words/console.ts';
import type { Area } from '../route.ts';

const everybody = roles;
const readers: readonly Role[] = ['viewer', 'reporter', 'manager', 'administrator', 'auditor'];
const officers: readonly Role[] = ['reporter', 'manager', 'administrator', 'auditor'];
const managers: readonly Role[] = ['manager', 'administrator'];

/** Who may use what; each route is in one of these. */
export const areas = {
  own: { may: everybody, within: 'own' },
  /** One's own signing in and out. */
  ownSignIn: { may: everybody, within: 'own', isSetUp: true },
  overview: { may: readers, within: 'department' },
  calls: { may: readers, within: 'department' },
  callChanges: { may: managers, within: 'department' },
  dial: { may: managers, within: 'department' },
  live: { may: readers, within: 'department' },
  reports: { may: readers, within: 'department' },
  savedReports: { may: ['viewer', 'reporter', 'manager', 'administrator'], within: 'own' },
  /** Who has a report sent, and sees what was sent to whom. */
  reportSchedules: { may: managers, within: 'whole' },
  reportDeliveries: { may: officers, within: 'whole' },
  accounts: { may: readers, within: 'department' },
  accountChanges: { may: managers, within: 'department' },
  accountFiles: { may: managers, within: 'whole' },
  templates: { may: officers, within: 'whole' },
  templateChanges: { may: managers, within: 'whole' },
  extensions: { may: readers, within: 'department' },
  extensionChanges: { may: managers, within: 'department' },
  departments: { may: officers, within: 'whole' },
  departmentChanges: { may: managers, within: 'whole' },
  health: { may: readers, within: 'whole' },
  rates: { may: officers, within: 'whole' },
  rateChanges: { may: ['administrator'], within: 'whole' },
  security: { may: ['manager', 'administrator', 'auditor'], within: 'whole' },
  securityChanges: { may: managers, within: 'whole' },
  audit: { may: ['administrator', 'auditor'], within: 'whole' },
  settings: { may: ['administrator', 'auditor'], within: 'whole' },
  /** The guide of the first run. */
  guide: { may: ['administrator'], within: 'whole' },
  tokens: { may: ['administrator'], within: 'whole' },
  users: { may: ['administrator'], within: 'whole' },
} as const satisfies Readonly<Record<string, Area>>;

export type AreaName = keyof typeof areas;
