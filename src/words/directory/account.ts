import type { CallType } from '../call-type.ts';
import type { FieldsOf } from './field.ts';
import { highestLevel } from './level.ts';
import { contractFields, limitFields, type ContractLimit, type Limits } from './limits.ts';
import type { Typed, Unreadable } from './member.ts';
import { restrictionFields, type Restriction, type Spread } from './restriction.ts';

/** Who pays. */
export type Account = Limits &
  ContractLimit & {
    id: number;
    /** The billing code: the digits that name the account. A secret: masked in logs. */
    code: string;
    name: string;
    departmentId: number | null;
    /** Numbers on file; `#` alone calls the first. */
    customerNumbers: readonly string[];
    enabled: boolean;
    /** Calls may cost no more than was paid in before (`billing-codes ledger top-up`). */
    prepaid: boolean;
    /** Minutes that it has free each calendar month of the site, before calls are charged; null: none. */
    includedMinutes: number | null;
    /** Types of calls that they are for; empty: all. */
    includedCallTypes: readonly CallType[];
    /** First digits of the E.164 numbers that they are for, without `+`; empty: all. */
    includedPrefixes: readonly string[];
    restriction: Restriction;
    /** It may call what demands no higher one (policy/levels.ts). */
    authorizationLevel: number;
    /** Its code says who calls, and pays for nothing: the code of the account that pays is keyed behind it. */
    authorizes: boolean;
    /** UTC milliseconds, inclusive; null: always. */
    validFromMs: number | null;
    /** UTC milliseconds, exclusive; null: no limit. */
    validUntilMs: number | null;
    /** Shown to the called party, E.164 with `+`; null: none of its own (policy/caller-number.ts). */
    callerNumber: string | null;
    /** The called party is shown no number. */
    anonymous: boolean;
    /** For whom the work is, as a statement names them; empty: the account itself. */
    client: string;
    /** What the account's calls are for, as the site numbers it; empty: nothing in particular. */
    matter: string;
    /** The client's own name for the matter: their file or purchase order number; empty: none. */
    reference: string;
    /** Where statements go, by line. */
    address: readonly string[];
    /** Where its statements are sent by e-mail, addresses separated by commas; empty: nowhere. */
    mail: string;
    /** Its department's number, read with the account but not stored with it. */
    departmentCallerNumber: string | null;
    /** What of its row could not be read; it is refused then. Absent: nothing. */
    unreadable?: readonly Unreadable[];
  };

/** An account as a person types it. */
export type AccountInput = Typed<Account, 'code' | 'name'>;

export const accountFields = {
  code: {
    ...{ kind: 'billing-code', header: 'code', sqlite: 'code', sqlServer: 'Code', heading: 'CODE' },
    ...{ argument: 'DIGITS', help: 'the billing code, 1 to 20 digits' },
  },
  name: {
    ...{ kind: 'name', header: 'name', sqlite: 'name', sqlServer: 'Name', heading: 'NAME' },
    ...{ argument: 'NAME', help: 'who pays' },
  },
  departmentId: {
    ...{ kind: 'department', header: 'department', otherwise: null },
    ...{ sqlite: 'department_id', sqlServer: 'DepartmentId', heading: 'DEPARTMENT' },
    ...{ argument: 'NAME', help: 'created if it does not exist' },
  },
  customerNumbers: {
    ...{ kind: 'numbers', header: 'customer numbers', otherwise: [] },
    ...{ sqlite: 'customer_numbers', sqlServer: 'CustomerNumbers', heading: 'NUMBERS ON FILE' },
    ...{ flag: { name: 'number', many: true }, argument: 'NUMBER' },
    help: 'number on file, which "#" alone calls; may be repeated',
  },
  ...restrictionFields,
  authorizationLevel: {
    ...{ kind: 'level', header: 'authorization level', otherwise: highestLevel },
    ...{ sqlite: 'authorization_level', sqlServer: 'AuthorizationLevel', argument: 'N' },
    help: '0 to 255: may call what demands no higher level (entry.minimumLevels)',
  },
  authorizes: {
    ...{ kind: 'yes-no', header: 'authorizes', otherwise: false, sqlite: 'authorizes', sqlServer: 'Authorizes' },
    ...{ argument: 'YES-OR-NO', help: 'yes: its code says who calls, and pays for nothing (docs/codes.md)' },
  },
  ...limitFields,
  includedMinutes: {
    ...{ kind: 'limit', header: 'included minutes', otherwise: null },
    ...{ sqlite: 'included_minutes', sqlServer: 'IncludedMinutes', argument: 'N' },
    help: 'minutes each calendar month that are not charged (docs/rating.md)',
  },
  includedCallTypes: {
    ...{ kind: 'call-types', header: 'included call types', otherwise: [] },
    ...{ sqlite: 'included_call_types', sqlServer: 'IncludedCallTypes', argument: 'LIST' },
    help: 'only for calls of these types',
  },
  includedPrefixes: {
    ...{ kind: 'world-prefixes', header: 'included prefixes', otherwise: [] },
    ...{ sqlite: 'included_prefixes', sqlServer: 'IncludedPrefixes', argument: 'LIST' },
    help: 'only for numbers that begin with these, with the country code: "1801, 44"',
  },
  ...contractFields,
  prepaid: {
    ...{ kind: 'yes-no', header: 'prepaid', otherwise: false, sqlite: 'prepaid', sqlServer: 'Prepaid' },
    ...{ argument: 'YES-OR-NO', help: 'yes: its calls may cost no more than was paid in (ledger top-up)' },
  },
  validFromMs: {
    ...{ kind: 'moment', header: 'valid from', otherwise: null, sqlite: 'valid_from', sqlServer: 'ValidFrom' },
    ...{
      argument: 'DATE',
      help: 'not before: 2026-01-31 or 2026-01-31T08:00+02:00; a date alone is its midnight at the site\n(site.timeZone), as is a time without an offset',
    },
  },
  validUntilMs: {
    ...{ kind: 'end', header: 'valid until', otherwise: null, sqlite: 'valid_until', sqlServer: 'ValidUntil' },
    ...{ argument: 'DATE', help: 'a date alone includes that day, whole; from a time on, the code is refused' },
  },
  enabled: {
    ...{ kind: 'yes-no', header: 'enabled', otherwise: true },
    ...{ sqlite: 'enabled', sqlServer: 'Enabled', heading: 'STATE' },
    ...{ flag: { name: 'disabled', means: 'no' }, argument: '', help: 'the code is refused' },
  },
  callerNumber: {
    ...{ kind: 'shown-number', header: 'caller number', otherwise: null },
    ...{ sqlite: 'caller_number', sqlServer: 'CallerNumber', argument: 'NUMBER' },
    help: 'shown to the called party instead of that of phone, department or site (callerNumber.*)',
  },
  anonymous: {
    ...{ kind: 'yes-no', header: 'anonymous', otherwise: false, sqlite: 'anonymous', sqlServer: 'Anonymous' },
    ...{ argument: 'YES-OR-NO', help: 'yes to show the called party no number, except on emergency calls' },
  },
  client: {
    ...{ kind: 'text', header: 'client', otherwise: '', sqlite: 'client', sqlServer: 'Client' },
    ...{ argument: 'NAME', help: 'for whom the work is, as statements name them' },
  },
  matter: {
    ...{ kind: 'text', header: 'matter', otherwise: '', sqlite: 'matter', sqlServer: 'Matter' },
    ...{ argument: 'TEXT', help: 'what the calls are for, as you number it' },
  },
  reference: {
    ...{ kind: 'text', header: 'reference', otherwise: '', sqlite: 'reference', sqlServer: 'Reference' },
    ...{ argument: 'TEXT', help: 'what the client calls the matter: their file or purchase order number' },
  },
  address: {
    ...{ kind: 'address', header: 'address', otherwise: [], sqlite: 'address', sqlServer: 'Address' },
    ...{ argument: 'LINES', help: 'where statements go, lines separated by semicolons' },
  },
  mail: {
    ...{ kind: 'mail', header: 'mail', otherwise: '', sqlite: 'mail', sqlServer: 'Mail' },
    ...{ argument: 'ADDRESSES', help: 'e-mail addresses to which its statements are sent, separated by commas' },
  },
} as const satisfies FieldsOf<Spread<Account>>;
