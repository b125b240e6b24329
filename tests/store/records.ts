import type { CallRecord } from '../../src/words/call-record.ts';
import { accounts, extensions } from '../../src/directory/nouns.ts';
import { newInput } from '../../src/directory/inputs.ts';
import type { AccountInput } from '../../src/words/directory.ts';

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
/** What a store answers of a phone of which nothing was said but number, name, department and restriction. */
export const extensionDefaults = without(newInput(extensions), 'department', 'number', 'name', 'restriction');

/** A record that has just been opened. */
export const openRecord = (callId: string, changes: Partial<CallRecord> = {}): CallRecord => ({
  callId,
  calleeLegId: null,
  switchName: 'fs1.example.org',
  controller: 'controller-1',
  entry: 'prompted',
  extension: '201',
  extensionId: null,
  callerName: 'Reception',
  accountId: null,
  code: '',
  accountName: null,
  departmentId: null,
  keyedNumber: '',
  calledNumber: null,
  calledE164: null,
  gateway: null,
  callType: null,
  outcome: null,
  reason: null,
  rule: null,
  hangupCause: null,
  startedAtMs: 1_769_000_000_000,
  decidedAtMs: null,
  bridgedAtMs: null,
  answeredAtMs: null,
  endedAtMs: null,
  billableMs: 0,
  closedBy: null,
  estimated: false,
  ...changes,
});

/** The same call with every field filled and its end known. */
export const closedRecord = (callId: string, changes: Partial<CallRecord> = {}): CallRecord => ({
  callId,
  calleeLegId: `${callId}-callee`,
  switchName: 'fs1.example.org',
  controller: 'controller-1',
  entry: 'shortcut',
  extension: '201',
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
  startedAtMs: 1_769_000_000_000,
  decidedAtMs: 1_769_000_004_001,
  bridgedAtMs: 1_769_000_004_020,
  answeredAtMs: 1_769_000_010_333,
  endedAtMs: 1_769_000_070_999,
  billableMs: 60_666,
  closedBy: 'heartbeat',
  estimated: true,
  ...changes,
});
