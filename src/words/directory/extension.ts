import type { FieldsOf } from './field.ts';
import { limitFields, type Limits } from './limits.ts';
import type { Typed, Unreadable } from './member.ts';
import { restrictionFields, type Restriction, type Spread } from './restriction.ts';

/** The calling phone. */
export type Extension = Limits & {
  id: number;
  number: string;
  /** Empty: none. */
  name: string;
  departmentId: number | null;
  restriction: Restriction;
  /** Shown to the called party, E.164 with `+`; null: none of its own (policy/caller-number.ts). */
  callerNumber: string | null;
  /** E.164 number that reaches exactly this phone, shown on emergency calls; null: none. */
  callbackNumber: string | null;
  /** Where the phone is, for notifications of emergency calls; empty: not known. */
  place: string;
  /** The account that pays for calls forwarded by this phone; null: none. */
  defaultAccountId: number | null;
  /** For so many minutes after a code was keyed, `#` alone stands for it; null: never. */
  lastCodeMinutes: number | null;
  /** A call needs two codes: of an account that authorizes, and of the account that pays. */
  twoCodes: boolean;
  /** Who is reminded of its calls without a code, addresses separated by commas; empty: nobody. */
  mail: string;
  /** Its department's number, read with the extension but not stored with it. */
  departmentCallerNumber: string | null;
  /** What of its row could not be read; it is refused all but emergency calls then. Absent: nothing. */
  unreadable?: readonly Unreadable[];
};

/** An extension as a person types it. */
export type ExtensionInput = Typed<Extension, 'number'>;

export const extensionFields = {
  number: {
    ...{ kind: 'phone', header: 'number', sqlite: 'number', sqlServer: 'Number', heading: 'NUMBER' },
    ...{ argument: 'NUMBER', help: 'as the phone system sends it, e.g. 201' },
  },
  name: {
    ...{ kind: 'text', header: 'name', otherwise: '', sqlite: 'name', sqlServer: 'Name', heading: 'NAME' },
    ...{ argument: 'NAME', help: 'e.g. Lobby' },
  },
  departmentId: {
    ...{ kind: 'department', header: 'department', otherwise: null },
    ...{ sqlite: 'department_id', sqlServer: 'DepartmentId', heading: 'DEPARTMENT' },
    ...{ argument: 'NAME', help: 'created if it does not exist' },
  },
  ...restrictionFields,
  ...limitFields,
  callerNumber: {
    ...{ kind: 'shown-number', header: 'caller number', otherwise: null },
    ...{ sqlite: 'caller_number', sqlServer: 'CallerNumber', argument: 'NUMBER' },
    help: 'shown to the called party unless the account has one (callerNumber.*)',
  },
  callbackNumber: {
    ...{ kind: 'shown-number', header: 'callback number', otherwise: null },
    ...{ sqlite: 'callback_number', sqlServer: 'CallbackNumber', argument: 'NUMBER' },
    help: 'reaches exactly this phone from outside; shown on emergency calls',
  },
  place: {
    ...{ kind: 'text', header: 'place', otherwise: '', sqlite: 'place', sqlServer: 'Place', argument: 'TEXT' },
    help: 'where the phone is, e.g. "2nd floor, room 214"; included in notifications of emergency calls',
  },
  defaultAccountId: {
    ...{ kind: 'account', header: 'default account', otherwise: null },
    ...{ sqlite: 'default_account_id', sqlServer: 'DefaultAccountId', argument: 'ACCOUNT' },
    help: 'billing code or name of the account that pays for calls forwarded by this phone',
  },
  lastCodeMinutes: {
    ...{ kind: 'limit', header: 'last code minutes', otherwise: null },
    ...{ sqlite: 'last_code_minutes', sqlServer: 'LastCodeMinutes', argument: 'N' },
    help: 'for so long after a code was keyed, "#" alone stands for it; empty: never',
  },
  twoCodes: {
    ...{ kind: 'yes-no', header: 'two codes', otherwise: false, sqlite: 'two_codes', sqlServer: 'TwoCodes' },
    ...{ argument: 'YES-OR-NO', help: 'yes: a call needs two codes, who calls and for whom (docs/codes.md)' },
  },
  mail: {
    ...{ kind: 'mail', header: 'mail', otherwise: '', sqlite: 'mail', sqlServer: 'Mail', argument: 'ADDRESSES' },
    help: 'e-mail addresses reminded of its calls without a code (reminders.*), separated by commas',
  },
} as const satisfies FieldsOf<Spread<Extension>>;

/** Where a phone is; null: nobody wrote it down, or there is no such phone. */
export const placeOfPhone = (phone: Extension | null): string | null =>
  phone === null || phone.place === '' ? null : phone.place;
