import { callRecordFieldNames, callRecordFields, callRecordOf, type CallRecord } from '../../src/words/call-record.ts';
import { accounts, extensions } from '../../src/directory/nouns.ts';
import { newInput } from '../../src/directory/inputs.ts';
import { unlimited, type Account, type AccountInput, type Department } from '../../src/words/directory.ts';
import type { ColumnType } from '../../src/words/column.ts';

/** An account of which much was said. */
export const anAccount = {
  code: '12345',
  name: 'Smith & Co',
  department: 'Legal',
  customerNumbers: ['18016424655', '+18015550100'],
  enabled: true,
  validFromMs: 1_700_000_000_000,
  validUntilMs: 1_800_000_000_000,
  restriction: {
    minimumDigits: 4,
    maximumDigits: 11,
    blockedPrefixes: ['1900', '+44'],
    allowedPrefixes: ['1'],
    allowedNumbers: ['101', '102'],
    allowedCallTypes: ['local', 'toll-free'],
  },
  callerNumber: '+18015550199',
  anonymous: true,
} satisfies AccountInput;

/** An account of which nothing was said but code and name. */
export const plainAccount = (code: string, name = `Account ${code}`): Required<AccountInput> => ({
  ...newInput(accounts),
  ...{ code, name },
});

function without<T extends object, Name extends keyof T>(all: T, ...names: Name[]): Omit<T, Name> {
  const rest = Object.entries(all).filter(([name]) => !names.some((one) => one === name));
  return Object.fromEntries(rest) as Omit<T, Name>;
}

/** What a store answers of an account of which nothing was said, but for its ids. */
export const accountDefaults = without(newInput(accounts), 'department');
/** An account as a store answers it, of which nothing was said but code and name. */
export const storedAccount = (id: number, code: string, name = `Account ${code}`): Account => ({
  ...accountDefaults,
  ...{ id, code, name, departmentId: null, departmentCallerNumber: null },
});
/** A department of which nothing but its name was said, without id. */
export const department: Omit<Department, 'id' | 'name'> = {
  ...{ callerNumber: null, mail: '', ...unlimited, moneyPerContract: null },
};
/** What a store answers of a phone of which nothing was said but number, name, department and restriction. */
export const extensionDefaults = without(newInput(extensions), 'department', 'number', 'name', 'restriction');

const arrival = (callId: string) => ({
  ...{ callId, switchName: 'fs1.example.org', controller: 'controller-1', entry: 'prompted' as const },
  ...{ extension: '201', callerName: 'Reception', startedAtMs: 1_769_000_000_000 },
});

/** A record that has just been opened. */
export const openRecord = (callId: string, changes: Partial<CallRecord> = {}): CallRecord =>
  callRecordOf({ ...arrival(callId), ...changes });

/** A value that no other field of the same type has, as long as the column takes. */
function valueFor(name: string, type: ColumnType, place: number): string | number | boolean {
  switch (type.kind) {
    case 'ascii':
      return name.padEnd(type.maximum, 'x');
    case 'text':
      return name.padEnd(type.maximum, '\u0142');
    case 'integer':
      return 2_000_000_000 + place;
    case 'long':
      return 10_000 + place;
    case 'moment':
      return 1_769_000_000_000 + place * 60_001;
    case 'flag':
      return true;
  }
}

/** A call that is over, with a value in every field that its table knows. */
export const fullRecord = (): CallRecord =>
  Object.fromEntries(
    callRecordFieldNames.map((name, place) => [name, valueFor(name, callRecordFields[name].type, place)]),
  ) as CallRecord;

/** The same call once it is over. */
export const closedRecord = (callId: string, changes: Partial<CallRecord> = {}): CallRecord => ({
  ...openRecord(callId),
  calleeLegId: `${callId}-callee`,
  entry: 'shortcut',
  extensionId: 7,
  callerName: 'Jos\u00e9 "Pepe" {a=b}[c]|,\n100% \u{1f4de}',
  accountId: 3,
  code: '12345',
  accountName: 'Smith & Co',
  departmentId: 2,
  keyedNumber: '8016424655',
  calledNumber: '18016424655',
  calledE164: '+18016424655',
  gateway: 'carrier-2',
  callType: 'national',
  outcome: 'answered',
  reason: 'other-failure',
  rule: 'account: allowed prefix 1',
  hangupCause: 'NORMAL_CLEARING',
  decidedAtMs: 1_769_000_004_001,
  bridgedAtMs: 1_769_000_004_020,
  answeredAtMs: 1_769_000_010_333,
  endedAtMs: 1_769_000_070_999,
  billableMs: 60_666,
  closedBy: 'heartbeat',
  estimated: true,
  ...changes,
});
