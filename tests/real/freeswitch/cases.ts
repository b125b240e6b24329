import type { CallRecord } from '../../../src/words/call-record.ts';
import type { Caller, CallerStep } from './caller-scenario.ts';
import { carrierBehaviours as carrier } from './carrier-scenario.ts';

/** One call of a real SIP caller, and what its record must say. */
export type Case = Caller & {
  record: Partial<CallRecord>;
  /** Bounds of the billable time, where somebody answers. */
  billableMs?: [number, number];
};

const number = (ending: string): string => `80164246${ending}`;
const key = (digits: string, by: 'info' | 'rfc2833' = 'info'): CallerStep => ({ do: 'key', digits, by });
const wait = (ms: number): CallerStep => ({ do: 'wait', ms });
const hangUp: CallerStep = { do: 'hang-up' };
const beHungUpOn: CallerStep = { do: 'be-hung-up-on' };

/** A moment for the prompt to begin: a key then cuts it short. */
const listen = wait(300);

type Keyed = { code?: string; called: string; by?: 'info' | 'rfc2833' };

/** How each entry mode is told code and number. */
export const entries = {
  prompted: ({ code = '12345', called, by }: Keyed) => ({
    dialled: '8',
    keying: [listen, key(`${code}#`, by), wait(400), key(`${called}#`, by)],
  }),
  shortcut: ({ code = '12345', called, by }: Keyed) => ({
    dialled: '9',
    keying: [listen, key(`${code}**${called}#`, by)],
  }),
  direct: ({ code = '12345', called, by }: Keyed) => ({
    dialled: called,
    keying: [listen, key(`${code}#`, by)],
  }),
} as const;
export const modes = ['prompted', 'shortcut', 'direct'] as const;

const placed = (ending: string): Partial<CallRecord> => ({
  code: '12345',
  accountName: 'Account 12345',
  keyedNumber: number(ending),
  calledNumber: number(ending),
  calledE164: `+1${number(ending)}`,
  callType: 'national',
  extension: '201',
});

/** Every way in × every way out. */
const everyWay: Case[] = modes.flatMap((entry) => {
  const by = entry === 'shortcut' ? 'rfc2833' : 'info';
  const way = (
    what: string,
    ending: string,
    after: CallerStep[],
    record: Partial<CallRecord>,
    billableMs?: [number, number],
  ): Case => {
    const { dialled, keying } = entries[entry]({ called: number(ending), by });
    return {
      name: `${entry}-${what}`,
      dialled,
      steps: [...keying, ...after],
      record: { entry, ...placed(ending), ...record },
      ...(billableMs === undefined ? {} : { billableMs }),
    };
  };
  return [
    way('caller-hangs-up', carrier.answers, [wait(2500), hangUp], { outcome: 'answered' }, [1000, 2600]),
    way('callee-hangs-up', carrier.answersAndHangsUp, [beHungUpOn], { outcome: 'answered' }, [900, 1300]),
    way('busy', carrier.busy, [beHungUpOn], { outcome: 'busy', hangupCause: 'USER_BUSY' }),
    way('no-answer', carrier.rings, [beHungUpOn], { outcome: 'no-answer', hangupCause: 'NO_ANSWER' }),
    way('early-media', carrier.earlyMedia, [wait(1500), hangUp], { outcome: 'cancelled' }),
    way('cancelled', carrier.rings, [wait(1500), hangUp], { outcome: 'cancelled', hangupCause: 'ORIGINATOR_CANCEL' }),
    way('unknown-number', carrier.unknown, [beHungUpOn], { outcome: 'failed', reason: 'unallocated-number' }),
  ];
});

/** Every way in × what comes before a decision, and what nobody answers for. */
const everyEntry: Case[] = modes.flatMap((entry): Case[] => {
  const begun = { prompted: '8', shortcut: '9', direct: number(carrier.answers) }[entry];
  const wrongCode = entries[entry]({ code: '99999', called: number(carrier.answersAndHangsUp) });
  const refused = entries[entry]({ code: '22222', called: '9702424612' });
  const premium = entries[entry]({ called: '9005551200' });
  const long = entries[entry]({ called: number(carrier.answers) });
  // What was right is kept: a code that was wrong is asked for again, and then, where it was not heard yet, the number.
  const rest = entry === 'prompted' ? [wait(400), key(`${number(carrier.answersAndHangsUp)}#`)] : [];
  return [
    {
      name: `${entry}-wrong-code-then-right`,
      dialled: wrongCode.dialled,
      steps: [
        ...(entry === 'prompted' ? [listen, key('99999#')] : wrongCode.keying),
        ...[wait(500), key('12345#'), ...rest, beHungUpOn],
      ],
      record: { entry, ...placed(carrier.answersAndHangsUp), outcome: 'answered' },
      billableMs: [900, 1300],
    },
    {
      name: `${entry}-refused-number-then-right`,
      dialled: refused.dialled,
      steps: [...refused.keying, wait(500), key(`${number(carrier.answersAndHangsUp)}#`), beHungUpOn],
      record: {
        ...placed(carrier.answersAndHangsUp),
        ...{ entry, outcome: 'answered', code: '22222', accountName: 'Account 22222' },
      },
      billableMs: [900, 1300],
    },
    {
      name: `${entry}-gateway-down`,
      dialled: premium.dialled,
      steps: [...premium.keying, beHungUpOn],
      record: {
        ...{ entry, outcome: 'failed', reason: 'gateway-down', callType: 'premium', calledE164: '+19005551200' },
      },
    },
    {
      name: `${entry}-hangup-while-keying`,
      dialled: begun,
      steps: [listen, key('123'), wait(200), hangUp],
      record: { entry, outcome: 'abandoned', reason: 'caller-hung-up', code: '***', calledNumber: null },
    },
    {
      name: `${entry}-silence`,
      dialled: begun,
      steps: [beHungUpOn],
      record: { entry, outcome: 'abandoned', reason: 'no-digits', code: '', hangupCause: 'NO_USER_RESPONSE' },
    },
    {
      name: `${entry}-longest-conversation`,
      dialled: long.dialled,
      steps: [...long.keying, beHungUpOn],
      record: { ...placed(carrier.answers), entry, outcome: 'answered', hangupCause: 'ALLOTTED_TIMEOUT' },
      billableMs: [3000, 4400],
    },
  ];
});

const hostileNames: Record<string, string> = {
  'percent-e9': 'Jos%E9',
  'percent-ff': 'A%FFB',
  'percent-legal': '100% Legal',
  quotes: 'The "Boss", a=b|c{d}<e> \\o/',
  emoji: 'Zoë 😀',
};

/** Cases for one controller; they run side by side. */
export const cases: readonly Case[] = [
  ...everyWay,
  ...everyEntry,
  {
    name: 'nobody-listens-there',
    dialled: '9',
    steps: [listen, key('12345**8005551200#'), beHungUpOn],
    record: { outcome: 'failed', callType: 'toll-free' },
  },
  {
    name: 'hangup-while-keying-the-number',
    dialled: '8',
    steps: [listen, key('12345#'), wait(300), key('80164'), wait(200), hangUp],
    record: { outcome: 'abandoned', reason: 'caller-hung-up', code: '12345', keyedNumber: '80164', calledNumber: null },
  },
  {
    name: 'three-wrong-codes',
    dialled: '8',
    steps: [listen, key('1#'), wait(500), key('2#'), wait(500), key('3#'), beHungUpOn],
    record: { outcome: 'refused', reason: 'code-unknown', hangupCause: 'CALL_REJECTED', code: '*' },
  },
  {
    name: 'number-on-file',
    dialled: '8',
    steps: [listen, key('33333#'), wait(400), key('#'), beHungUpOn],
    record: { ...placed('01'), outcome: 'answered', code: '33333', accountName: 'Account 33333' },
    billableMs: [900, 1300],
  },
  {
    name: 'shortcut-number-on-file-by-rfc2833',
    dialled: '9',
    steps: [listen, key('33333#', 'rfc2833'), beHungUpOn],
    record: { ...placed('01'), outcome: 'answered', code: '33333', accountName: 'Account 33333' },
    billableMs: [900, 1300],
  },
  {
    name: 'emergency-at-the-code-prompt',
    dialled: '8',
    steps: [listen, key('911#'), beHungUpOn],
    record: {
      // Its gateway is not there; by the next route the carrier gets it, which here declines.
      ...{ outcome: 'failed', reason: 'rejected', callType: 'emergency' },
      ...{ calledNumber: '911', code: '', accountId: null },
    },
  },
  ...Object.entries(hostileNames).map(([name, displayName]): Case => ({
    name: `named-${name}`,
    displayName,
    dialled: '9',
    steps: [listen, key('12345**8016424601#'), beHungUpOn],
    record: { ...placed('01'), outcome: 'answered', callerName: displayName },
    billableMs: [900, 1300],
  })),
];
