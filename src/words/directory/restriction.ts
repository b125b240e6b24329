import type { CallType } from '../call-type.ts';
import type { FieldsOf } from './field.ts';

/**
 * What an account or an extension may call. Lists are kept in canonical form (policy/list.ts); an empty list restricts
 * nothing. `allowedPrefixes` and `allowedNumbers` belong together: where either has an entry, a number must match one of
 * the two.
 */
export type Restriction = {
  /** Minimum digits of the called number, counted without international and national prefix; null: no limit. */
  minimumDigits: number | null;
  maximumDigits: number | null;
  blockedPrefixes: readonly string[];
  allowedPrefixes: readonly string[];
  allowedNumbers: readonly string[];
  allowedCallTypes: readonly CallType[];
};

export const unrestricted: Restriction = {
  minimumDigits: null,
  maximumDigits: null,
  blockedPrefixes: [],
  allowedPrefixes: [],
  allowedNumbers: [],
  allowedCallTypes: [],
};

/** Part of the tables of accounts and of extensions. */
export const restrictionFields = {
  minimumDigits: {
    ...{ kind: 'digits', header: 'minimum digits', formerly: 'least digits', otherwise: null },
    ...{ sqlite: 'least_digits', sqlServer: 'LeastDigits', argument: 'N' },
    help: 'of the called number, without international and national prefix',
  },
  maximumDigits: {
    ...{ kind: 'digits', header: 'maximum digits', formerly: 'most digits', otherwise: null },
    ...{ sqlite: 'most_digits', sqlServer: 'MostDigits', argument: 'N' },
    help: 'counted in the same way',
  },
  blockedPrefixes: {
    ...{ kind: 'blocks', header: 'blocked prefixes', otherwise: [] },
    ...{ sqlite: 'blocked_prefixes', sqlServer: 'BlockedPrefixes', argument: 'LIST' },
    help: 'e.g. "1900, +44, 011"; blocks numbers however they are keyed (docs/numbers.md)',
  },
  allowedPrefixes: {
    ...{ kind: 'prefixes', header: 'allowed prefixes', otherwise: [] },
    ...{ sqlite: 'allowed_prefixes', sqlServer: 'AllowedPrefixes', argument: 'LIST' },
    help: 'only numbers that begin with these …',
  },
  allowedNumbers: {
    ...{ kind: 'numbers', header: 'allowed numbers', otherwise: [] },
    ...{ sqlite: 'allowed_numbers', sqlServer: 'AllowedNumbers', argument: 'LIST' },
    help: '… or are one of these',
  },
  allowedCallTypes: {
    ...{ kind: 'call-types', header: 'allowed call types', otherwise: [] },
    ...{ sqlite: 'allowed_call_types', sqlServer: 'AllowedCallTypes', argument: 'LIST' },
    help: 'internal, local, national, mobile, international, premium, toll-free, service,\nemergency',
  },
} as const satisfies FieldsOf<Restriction>;

/** Something with a restriction, as stored: without its id and its department's number, with the restriction's fields in line. */
export type Spread<Entity extends { restriction: Restriction }> = Restriction &
  Omit<Entity, 'id' | 'restriction' | 'departmentCallerNumber' | 'unreadable'>;

/** Whether a field belongs to the restriction. */
export const isRestriction = (name: string): boolean => name in restrictionFields;

/** An entity's values by the names of its fields, including those of its restriction. */
export const spread = (entity: object): Readonly<Record<string, unknown>> => ({
  ...entity,
  ...('restriction' in entity ? (entity.restriction as Restriction) : {}),
});
