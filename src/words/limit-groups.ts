import type { CallType } from './call-type.ts';
import type { Department, Destination } from './directory.ts';

/** A number as destinations have it. */
export type Called = { e164: string | null; callType: CallType | null };

/** What calls are limited by besides account, phone and site. */
export type LimitGroups = {
  /** Null: none, or it is not there any more. */
  department(id: number | null): Department | null;
  /** Every one that the number belongs to, by id. */
  destinationsOf(called: Called): readonly Destination[];
};

export const noGroups: LimitGroups = { department: () => null, destinationsOf: () => [] };

/** However many destinations there are, a number asks for no more than one for each of its digits. */
export function limitGroups(departments: readonly Department[], destinations: readonly Destination[]): LimitGroups {
  const byId = new Map(departments.map((department) => [department.id, department]));
  const byPrefix = new Map<string, Destination[]>();
  const anyNumber: Destination[] = [];
  for (const destination of destinations) {
    if (destination.prefixes.length === 0) anyNumber.push(destination);
    for (const prefix of destination.prefixes) byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), destination]);
  }
  return {
    department: (id) => (id === null ? null : (byId.get(id) ?? null)),
    destinationsOf({ e164, callType }) {
      if (destinations.length === 0) return [];
      const found = new Set(anyNumber);
      const digits = e164?.replace('+', '') ?? '';
      for (let length = 1; length <= digits.length; length += 1) {
        for (const destination of byPrefix.get(digits.slice(0, length)) ?? []) found.add(destination);
      }
      return [...found].filter(({ callTypes }) => hasType(callTypes, callType)).sort((a, b) => a.id - b.id);
    },
  };
}

const hasType = (callTypes: readonly CallType[], callType: CallType | null): boolean =>
  callTypes.length === 0 || (callType !== null && callTypes.includes(callType));
