import type { FieldsOf } from './field.ts';
import type { Typed } from './member.ts';
import { restrictionFields, type Restriction, type Spread } from './restriction.ts';

/** The calling phone. */
export type Extension = {
  id: number;
  number: string;
  /** Empty: none. */
  name: string;
  departmentId: number | null;
  restriction: Restriction;
  /** Shown to who is called, E.164 with `+`; null: none of its own (policy/caller-number.ts). */
  callerNumber: string | null;
  /** E.164 that reaches this very phone, shown on emergency calls; null: none. */
  callbackNumber: string | null;
  /** Where the phone stands, for who is told of an emergency call; empty: not known. */
  place: string;
  /** The account that pays for calls which this phone forwards; null: none. */
  defaultAccountId: number | null;
  /** Of its department, read with it; it is not kept with the extension. */
  departmentCallerNumber: string | null;
};

/** An extension as a person types it. */
export type ExtensionInput = Typed<Extension, 'number'>;

export const extensionFields = {
  number: {
    ...{ kind: 'phone', header: 'number', sqlite: 'number', sqlServer: 'Number', heading: 'NUMBER' },
    ...{ argument: 'NUMBER', help: 'as the phone system names the caller, e.g. 201' },
  },
  name: {
    ...{ kind: 'text', header: 'name', otherwise: '', sqlite: 'name', sqlServer: 'Name', heading: 'NAME' },
    ...{ argument: 'NAME', help: 'e.g. Lobby' },
  },
  departmentId: {
    ...{ kind: 'department', header: 'department', otherwise: null },
    ...{ sqlite: 'department_id', sqlServer: 'DepartmentId', heading: 'DEPARTMENT' },
    ...{ argument: 'NAME', help: 'made if there is none of this name' },
  },
  ...restrictionFields,
  callerNumber: {
    ...{ kind: 'shown-number', header: 'caller number', otherwise: null },
    ...{ sqlite: 'caller_number', sqlServer: 'CallerNumber', argument: 'NUMBER' },
    help: 'shown to who is called, unless the account has one (callerNumber.*)',
  },
  callbackNumber: {
    ...{ kind: 'shown-number', header: 'callback number', otherwise: null },
    ...{ sqlite: 'callback_number', sqlServer: 'CallbackNumber', argument: 'NUMBER' },
    help: 'reaches this very phone from outside: shown on emergency calls',
  },
  place: {
    ...{ kind: 'text', header: 'place', otherwise: '', sqlite: 'place', sqlServer: 'Place', argument: 'TEXT' },
    help: 'where the phone is, e.g. "2nd floor, room 214": said when it calls an emergency number',
  },
  defaultAccountId: {
    ...{ kind: 'account', header: 'default account', otherwise: null },
    ...{ sqlite: 'default_account_id', sqlServer: 'DefaultAccountId', argument: 'ACCOUNT' },
    help: 'billing code or name of the account that pays for calls which this phone forwards',
  },
} as const satisfies FieldsOf<Spread<Extension>>;
