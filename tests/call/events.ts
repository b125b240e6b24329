import fc from 'fast-check';
import type { CallEffect, CallEvent, MachineOptions } from '../../src/call/machine/events.ts';
import { transition } from '../../src/call/machine/transition.ts';
import type { Announcement } from '../../src/call/prompts.ts';
import type { CalleeEnd, CallState, LegEnd } from '../../src/call/state.ts';
import { emergencyIn, type CalledNumber } from '../../src/numbers/read.ts';
import { storedAccount } from '../store/records.ts';
import { northAmerica } from '../support/north-america.ts';

export const exampleAccount = storedAccount(1, '12345', 'Smith & Co');

export const nationalNumber: CalledNumber = {
  keyed: '8016424655',
  dial: '8016424655',
  e164: '+18016424655',
  callType: 'national',
};

export const examplePrice: Announcement = { price: { amount: '1.20', currency: 'CHF' }, balance: null };

export const legEnd = (changes: Partial<LegEnd> = {}): LegEnd => ({
  cause: 'NORMAL_CLEARING',
  endedAtMs: 5000,
  answeredAtMs: null,
  billableMs: 0,
  ...changes,
});

export const calleeEnd = (changes: Partial<CalleeEnd> = {}): CalleeEnd => ({ ...legEnd(), failure: null, ...changes });

export const machineOptions: MachineOptions = {
  tries: 3,
  mayGoWithoutCode: () => false,
  needsAuthorization: () => false,
  codeLater: false,
  emergencyIn: (number) => emergencyIn(number, northAmerica),
  routeCount: () => 2,
};

/** Of a site where a caller may say later who pays. */
export const codeLaterOptions: MachineOptions = { ...machineOptions, mayGoWithoutCode: () => true, codeLater: true };

/** Runs a call through the table and answers where it stands and all its effects. */
export function runCall(
  events: readonly CallEvent[],
  options: MachineOptions = machineOptions,
): { state: CallState; effects: CallEffect[] } {
  let state: CallState = { name: 'new' };
  const effects: CallEffect[] = [];
  for (const event of events) {
    const step = transition(state, event, options);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

export const arrived = (entry: 'prompted' | 'shortcut' | 'direct', dialled = '', forwarded = false): CallEvent => ({
  ...{ type: 'arrived', entry, dialled, forwarded },
});
export const keyed = (digits: string, terminated = true, isDoubtful = false): CallEvent => ({
  ...{ type: 'keyed', digits, terminated, isDoubtful },
});
export const accepted: CallEvent = { type: 'code-accepted', account: exampleAccount };
/** Nobody pays yet, and nothing is announced. */
export const allowed: CallEvent & { type: 'number-allowed' } = {
  ...{ type: 'number-allowed', number: nationalNumber, rule: 'no restriction', code: 'needed', payer: null },
  ...{ longestTalkMs: null, mayGoOn: false, announcement: null },
};

/** What was asked for, and why again: `code:no-digits`. */
export const asked = (effects: readonly CallEffect[]): string[] =>
  effects.flatMap((effect) =>
    effect.type === 'collect' && effect.prompt.kind === 'ask'
      ? [`${effect.ask}:${effect.prompt.refusal ?? 'first'}`]
      : [],
  );

/** One event of each type and variant. */
export const callEvents: readonly CallEvent[] = [
  { type: 'arrived', entry: 'prompted', dialled: '8', forwarded: false },
  { type: 'keyed', digits: '', terminated: false, isDoubtful: false },
  { type: 'keyed', digits: '', terminated: true, isDoubtful: false },
  { type: 'keyed', digits: '12345', terminated: true, isDoubtful: false },
  { type: 'keyed', digits: '12345**8016424655', terminated: true, isDoubtful: false },
  { type: 'keyed', digits: '**8016424655', terminated: true, isDoubtful: false },
  { type: 'keyed', digits: '*A', terminated: false, isDoubtful: false },
  { type: 'keyed', digits: '1', terminated: false, isDoubtful: false },
  { type: 'keyed', digits: '2', terminated: false, isDoubtful: false },
  { type: 'keyed', digits: '1', terminated: false, isDoubtful: true },
  { type: 'keyed-partly', digits: '12' },
  accepted,
  { type: 'code-accepted', account: { ...exampleAccount, customerNumbers: ['8015550100'] } },
  { type: 'no-last-code' },
  { type: 'code-refused', reason: 'code-unknown' },
  { type: 'code-refused', reason: 'directory-stale' },
  { type: 'keyed', digits: '99999**911', terminated: false, isDoubtful: false },
  { type: 'code-refused', reason: 'extension-unknown' },
  allowed,
  { ...allowed, code: 'later' },
  { ...allowed, code: 'not-needed' },
  { ...allowed, payer: exampleAccount },
  { ...allowed, announcement: examplePrice },
  { type: 'number-refused', reason: 'number-blocked', rule: 'account: blocked prefix 1900', isCode: false },
  { type: 'number-refused', reason: 'directory-stale', rule: 'stale', isCode: false },
  { type: 'number-refused', reason: 'too-many-calls', rule: 'account: calls at a time 1, 1 are up', isCode: false },
  { type: 'record-stored' },
  { type: 'record-not-stored' },
  { type: 'callee-answered', atMs: 1000 },
  { type: 'callee-ended', end: calleeEnd() },
  {
    type: 'callee-ended',
    end: calleeEnd({ cause: 'USER_BUSY', failure: { outcome: 'busy', cause: 'USER_BUSY', ofGateway: false } }),
  },
  { type: 'callee-ended', end: calleeEnd({ answeredAtMs: 1000, billableMs: 4000 }) },
  { type: 'bridge-ended', failure: null },
  { type: 'bridge-ended', failure: { outcome: 'busy', cause: 'USER_BUSY', ofGateway: false } },
  {
    type: 'bridge-ended',
    failure: { outcome: 'failed', reason: 'gateway-down', cause: 'INVALID_GATEWAY', ofGateway: true },
  },
  { type: 'caller-ended', end: legEnd(), failure: null, replaced: false },
  {
    type: 'caller-ended',
    end: legEnd(),
    failure: { outcome: 'cancelled', cause: 'ORIGINATOR_CANCEL', ofGateway: false },
    replaced: false,
  },
  { type: 'settled-late' },
  { type: 'leave-in-conversation' },
  { type: 'caller-named', callerName: 'Ann' },
  { type: 'connection-lost', atMs: 9000 },
];

export const anyCallEvent = fc.constantFrom(...callEvents);
