import type { CallParties } from '../policy/limits/book.ts';
import type { MoneyParties } from '../policy/limits/money-book.ts';
import type { LimitGroups } from '../words/limit-groups.ts';
import { ratedBy } from './cost.ts';
import type { LimitedCall } from './ports.ts';

/** Who and what limits a call: its department is that which its record will name. */
export function partiesOfCall(
  { parties: { account, extension }, number }: Pick<LimitedCall, 'parties' | 'number'>,
  groups: LimitGroups,
): CallParties & MoneyParties {
  const { departmentId } = ratedBy({ account, extension });
  return {
    ...{ account, extension, department: groups.department(departmentId) },
    destinations: number === null ? [] : groups.destinationsOf(number),
  };
}
