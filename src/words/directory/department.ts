import type { FieldsOf } from './field.ts';
import { contractFields, limitFields, type ContractLimit, type Limits } from './limits.ts';
import type { Unreadable } from './member.ts';

/** Its limits are of all calls that are charged to it, as their records say: those of its accounts, or from its phones where no account has one. */
export type Department = Limits &
  ContractLimit & {
    id: number;
    /** Unique, whatever its case. */
    name: string;
    /** Shown to the called party, E.164 with `+`; null: none of its own. */
    callerNumber: string | null;
    /** Where its statements are sent by e-mail, addresses separated by commas; empty: nowhere. */
    mail: string;
    /** What of its row could not be read. Absent: nothing. */
    unreadable?: readonly Unreadable[];
  };

/** A department as a person types it. */
export type DepartmentInput = Pick<Department, 'name'> & Partial<Omit<Department, 'id' | 'name' | 'unreadable'>>;

export const departmentFields = {
  name: {
    ...{ kind: 'name', header: 'name', sqlite: 'name', sqlServer: 'Name', heading: 'NAME' },
    ...{ argument: 'NAME', help: '' },
  },
  callerNumber: {
    ...{ kind: 'shown-number', header: 'caller number', otherwise: null },
    ...{ sqlite: 'caller_number', sqlServer: 'CallerNumber', heading: 'CALLER NUMBER', argument: 'NUMBER' },
    help: 'shown to the called party unless the phone or account has one',
  },
  mail: {
    ...{ kind: 'mail', header: 'mail', otherwise: '', sqlite: 'mail', sqlServer: 'Mail', heading: 'MAIL' },
    ...{ argument: 'ADDRESSES', help: 'e-mail addresses to which its statements are sent, separated by commas' },
  },
  ...limitFields,
  ...contractFields,
} as const satisfies FieldsOf<Omit<Department, 'id' | 'unreadable'>>;

/** What an import changes of something known by its name: everything given except the name, whose case stays. Null: nothing. */
export function changesOf<Input extends { name: string }>(known: { name: string }, input: Input): Input | null {
  const changes = { ...input, name: known.name };
  const now: Readonly<Record<string, unknown>> = { ...known };
  // Lists are in canonical form.
  const differs = ([field, value]: [string, unknown]): boolean => JSON.stringify(now[field]) !== JSON.stringify(value);
  return Object.entries(changes).some(differs) ? changes : null;
}
