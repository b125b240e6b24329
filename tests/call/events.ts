import fc from 'fast-check';
import type { CallEvent } from '../../src/call/machine.ts';
import type { LegEnd } from '../../src/call/state.ts';
import { unrestricted, type Account } from '../../src/policy/directory.ts';
import type { CalledNumber } from '../../src/policy/number.ts';

export const exampleAccount: Account = {
  id: 1,
  code: '12345',
  name: 'Smith & Co',
  departmentId: null,
  customerNumbers: [],
  enabled: true,
  validFromMs: null,
  validUntilMs: null,
  restriction: unrestricted,
};

export const nationalNumber: CalledNumber = {
  keyed: '8016424655',
  dial: '8016424655',
  e164: '+18016424655',
  callType: 'national',
};

export const legEnd = (changes: Partial<LegEnd> = {}): LegEnd => ({
  cause: 'NORMAL_CLEARING',
  endedAtMs: 5000,
  answeredAtMs: null,
  billableMs: 0,
  ...changes,
});

/** One event of each type and variant. */
export const callEvents: readonly CallEvent[] = [
  { type: 'arrived', entry: 'prompted', dialled: '8', codeNeeded: true },
  { type: 'keyed', digits: '', terminated: false },
  { type: 'keyed', digits: '', terminated: true },
  { type: 'keyed', digits: '12345', terminated: true },
  { type: 'keyed', digits: '12345**8016424655', terminated: true },
  { type: 'keyed', digits: '*A', terminated: false },
  { type: 'keyed-partly', digits: '12' },
  { type: 'code-accepted', account: exampleAccount },
  { type: 'code-accepted', account: { ...exampleAccount, customerNumbers: ['8015550100'] } },
  { type: 'code-refused', reason: 'code-unknown' },
  { type: 'code-refused', reason: 'directory-stale' },
  { type: 'emergency-keyed' },
  { type: 'number-allowed', number: nationalNumber, rule: 'no restriction' },
  { type: 'number-refused', reason: 'number-blocked', rule: 'account: blocked prefix 1900' },
  { type: 'number-refused', reason: 'directory-stale', rule: 'stale' },
  { type: 'record-stored' },
  { type: 'record-not-stored' },
  { type: 'callee-answered', atMs: 1000 },
  { type: 'callee-ended', end: legEnd() },
  { type: 'callee-ended', end: legEnd({ answeredAtMs: 1000, billableMs: 4000 }) },
  { type: 'bridge-ended', failure: null },
  { type: 'bridge-ended', failure: { outcome: 'busy', cause: 'USER_BUSY' } },
  { type: 'bridge-ended', failure: { outcome: 'failed', reason: 'gateway-down', cause: 'INVALID_GATEWAY' } },
  { type: 'caller-ended', end: legEnd(), failure: null },
  { type: 'caller-ended', end: legEnd(), failure: { outcome: 'cancelled', cause: 'ORIGINATOR_CANCEL' } },
  { type: 'settled-late' },
  { type: 'connection-lost', atMs: 9000 },
];

export const anyCallEvent = fc.constantFrom(...callEvents);
