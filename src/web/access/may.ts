import type { ConsoleUser, Role } from '../../words/console.ts';
import { departmentOf } from '../route.ts';
import { areas, type AreaName } from './areas.ts';

/** Whether a page shows this person the way to something; the way itself is checked again (serve.ts). */
export function may(user: ConsoleUser, area: AreaName): boolean {
  const { may: allowed, within } = areas[area];
  return (allowed as readonly Role[]).includes(user.role) && (within !== 'whole' || departmentOf(user) === null);
}
