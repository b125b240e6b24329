import type { CallType } from '../call-type.ts';
import type { FieldsOf } from './field.ts';
import { contractFields, limitFields, type ContractLimit, type Limits } from './limits.ts';
import type { Unreadable } from './member.ts';

/** Where calls go, whoever makes them: call types, first digits of numbers, or numbers that have both. Its limits are of all calls to there. */
export type Destination = Limits &
  ContractLimit & {
    id: number;
    /** Unique, whatever its case. */
    name: string;
    /** Empty: every type. */
    callTypes: readonly CallType[];
    /** First digits of the E.164 numbers, without `+`; empty: every number. One of the two has an entry. */
    prefixes: readonly string[];
    /** What of its row could not be read. Absent: nothing. */
    unreadable?: readonly Unreadable[];
  };

/** A destination as a person types it. */
export type DestinationInput = Pick<Destination, 'name'> & Partial<Omit<Destination, 'id' | 'name' | 'unreadable'>>;

export const destinationFields = {
  name: {
    ...{ kind: 'name', header: 'name', sqlite: 'name', sqlServer: 'Name', heading: 'NAME' },
    ...{ argument: 'NAME', help: '' },
  },
  callTypes: {
    ...{ kind: 'call-types', header: 'call types', otherwise: [] },
    ...{ sqlite: 'call_types', sqlServer: 'CallTypes', heading: 'CALL TYPES', argument: 'LIST' },
    help: 'calls of these types, such as "international, premium"; empty: of every type',
  },
  prefixes: {
    ...{ kind: 'world-prefixes', header: 'prefixes', otherwise: [] },
    ...{ sqlite: 'prefixes', sqlServer: 'Prefixes', heading: 'PREFIXES', argument: 'LIST' },
    help: 'numbers that begin with these, with the country code: "53, 8816"; empty: every number',
  },
  ...limitFields,
  ...contractFields,
} as const satisfies FieldsOf<Omit<Destination, 'id' | 'unreadable'>>;

/** Whether it is anywhere: one that has neither types nor prefixes is the whole world, which is the site's (`limits.*`). */
export const isSomewhere = ({ callTypes, prefixes }: Pick<Destination, 'callTypes' | 'prefixes'>): boolean =>
  callTypes.length > 0 || prefixes.length > 0;
