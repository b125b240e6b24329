import type { ConsoleUser } from '../../words/console.ts';
import { departmentOf, type Area } from '../route.ts';
import { areas, type AreaName } from './areas.ts';

/** The rule by which every request is checked (serve.ts). */
export const mayUse = (user: ConsoleUser, { may: allowed, within }: Area): boolean =>
  allowed.includes(user.role) && (within !== 'whole' || departmentOf(user) === null);

/** Whether a page shows this person the way to something. */
export const may = (user: ConsoleUser, area: AreaName): boolean => mayUse(user, areas[area]);
