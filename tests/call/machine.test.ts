import { describe, expect, it } from '@jest/globals';
import { transition } from '../../src/call/machine/transition.ts';
import type { CallEffect, CallEvent } from '../../src/call/machine/events.ts';
import type { LegEnd } from '../../src/call/state.ts';
import type { CallType } from '../../src/words/call-type.ts';
import {
  accepted,
  allowed,
  arrived,
  asked,
  calleeEnd,
  callEvents,
  exampleAccount,
  examplePrice,
  keyed,
  legEnd,
  machineOptions,
  nationalNumber,
  runCall as run,
} from './events.ts';

const options = machineOptions;

const acceptedOnFile: CallEvent = {
  type: 'code-accepted',
  account: { ...exampleAccount, customerNumbers: ['8015550100'] },
};
const unknown: CallEvent = { type: 'code-refused', reason: 'code-unknown' };
const free = (callType: CallType): CallEvent => ({
  ...allowed,
  number: { ...nationalNumber, callType },
  code: 'not-needed',
});
const blocked: CallEvent = {
  ...{ type: 'number-refused', reason: 'number-blocked', rule: 'account: blocked prefix 1900' },
  isCode: false,
};
const stored: CallEvent = { type: 'record-stored' };
const hungUp = (end: LegEnd = legEnd()): CallEvent & { type: 'caller-ended' } => ({
  type: 'caller-ended',
  end,
  failure: null,
  replaced: false,
});

/** Last words were not cut short. */
const heardAll: CallEvent = keyed('', false);

const decided = (effects: CallEffect[]): string[] =>
  effects.flatMap((effect) => (effect.type === 'decide' ? [effect.number] : []));
const closed = (effects: CallEffect[]): CallEffect | undefined => effects.find(({ type }) => type === 'record-close');

describe('entering code and number', () => {
  it('prompted: asks for the code, then for the number', () => {
    const { effects } = run([arrived('prompted'), keyed('12345'), accepted, keyed('8016424655')]);
    expect(asked(effects)).toEqual(['code:first', 'number:first']);
    expect(decided(effects)).toEqual(['8016424655']);
  });

  it('prompted: takes the shortcut from a caller in a hurry', () => {
    const { effects } = run([arrived('prompted'), keyed('12345**8016424655'), accepted]);
    expect(asked(effects)).toEqual(['code:first']);
    expect(decided(effects)).toEqual(['8016424655']);
  });

  it('prompted: # alone calls the number on file', () => {
    const { effects } = run([arrived('prompted'), keyed('12345'), acceptedOnFile, keyed('')]);
    expect(asked(effects)).toEqual(['code:first', 'number-or-on-file:first']);
    expect(decided(effects)).toEqual(['8015550100']);
  });

  it('prompted: # alone without a number on file is refused, and the code stays', () => {
    const { effects } = run([arrived('prompted'), keyed('12345'), accepted, keyed('')]);
    expect(asked(effects)).toEqual(['code:first', 'number:first', 'number:no-number-on-file']);
  });

  it('shortcut: code and number in one go', () => {
    const { effects } = run([arrived('shortcut'), keyed('12345**8016424655'), accepted]);
    expect(asked(effects)).toEqual(['shortcut:first']);
    expect(decided(effects)).toEqual(['8016424655']);
  });

  it('shortcut: the code alone calls the number on file', () => {
    expect(decided(run([arrived('shortcut'), keyed('12345'), acceptedOnFile]).effects)).toEqual(['8015550100']);
  });

  it('shortcut: a wrong code asks for the code again and keeps the number', () => {
    const { effects } = run([arrived('shortcut'), keyed('99999**8016424655'), unknown, keyed('12345'), accepted]);
    expect(asked(effects)).toEqual(['shortcut:first', 'code:code-unknown']);
    expect(decided(effects)).toEqual(['8016424655']);
  });

  it('shortcut: a refused number asks for the number again and keeps the code', () => {
    const { effects } = run([arrived('shortcut'), keyed('12345**19005551234'), accepted, blocked, keyed('8016424655')]);
    expect(asked(effects)).toEqual(['shortcut:first', 'number:number-blocked']);
    expect(decided(effects)).toEqual(['19005551234', '8016424655']);
  });

  it('shortcut: a code, ** and no number asks for the number', () => {
    const { effects } = run([arrived('shortcut'), keyed('12345**'), accepted]);
    expect(asked(effects)).toEqual(['shortcut:first', 'number:first']);
  });

  it('shortcut: an entry that cannot be read is asked for again', () => {
    const { effects } = run([arrived('shortcut'), keyed('**8016424655')]);
    expect(asked(effects)).toEqual(['shortcut:first', 'shortcut:entry-malformed']);
  });

  it('direct: only the code is asked for, and a wrong one keeps the dialled number', () => {
    const { effects } = run([arrived('direct', '8016424655'), allowed, keyed('1'), unknown, keyed('12345'), accepted]);
    expect(asked(effects)).toEqual(['code:first', 'code:code-unknown']);
    expect(decided(effects)).toEqual(['8016424655', '8016424655']);
  });

  it('direct: no code where the call type needs none', () => {
    const { effects } = run([arrived('direct', '201'), free('internal')]);
    expect(asked(effects)).toEqual([]);
    expect(decided(effects)).toEqual(['201']);
    expect(effects.at(-1)).toMatchObject({ type: 'record-open', allowed: { payer: { kind: 'no-code-needed' } } });
  });

  it('direct: a number that needs a code is not called without one, even after a refused number that needed none', () => {
    const { effects, state } = run([arrived('direct', '300'), blocked, keyed('01133142961020'), allowed]);
    expect(asked(effects)).toEqual(['number:number-blocked', 'code:first']);
    expect(state.name).toBe('collecting');
    expect(effects.map(({ type }) => type)).not.toContain('record-open');
  });

  it('a code and a number keyed at the prompt for the number: the account of that code pays', () => {
    const other: CallEvent = { type: 'code-accepted', account: { ...exampleAccount, id: 2, code: '777' } };
    const { effects } = run([arrived('prompted'), keyed('12345'), accepted, keyed('777**8016424655'), other, allowed]);
    expect(decided(effects)).toEqual(['8016424655']);
    expect(effects.at(-1)).toMatchObject({ type: 'record-open', allowed: { payer: { account: { id: 2 } } } });
  });
});

describe('an emergency number', () => {
  const placed = (events: readonly CallEvent[]): string[] =>
    run(events).effects.flatMap((effect) => (effect.type === 'bridge' ? [effect.allowed.number.dial] : []));

  it.each<[string, CallEvent[]]>([
    ['dialled', [arrived('direct', '911')]],
    ['dialled with a plus', [arrived('direct', '+911')]],
    ['keyed for a code', [arrived('prompted'), keyed('911')]],
    ['with the outside-line digit', [arrived('prompted'), keyed('9911')]],
    ['with stars around it', [arrived('prompted'), keyed('*911*')]],
    ['behind a wrong code', [arrived('shortcut'), keyed('99999**911')]],
    ['behind no code', [arrived('shortcut'), keyed('**911')]],
    ['behind one star', [arrived('shortcut'), keyed('12345*911')]],
    ['after a wrong code', [arrived('prompted'), keyed('1'), unknown, keyed('911')]],
    ['keyed for a number', [arrived('prompted'), keyed('12345'), accepted, keyed('12345**9911')]],
    ['forwarded', [arrived('direct', '911', true)]],
  ])('%s goes out at once, before anything else is asked for', (_how, events) => {
    expect(placed(events)).toEqual(['911']);
    const { effects } = run(events);
    const bridge = effects.findIndex(({ type }) => type === 'bridge');
    expect(effects.slice(bridge + 1)).toMatchObject([
      { type: 'record-open', awaited: false },
      { type: 'notify-emergency' },
    ]);
  });

  it.each(['9115', '9118016424655', '0911', '12345**9113', '911**12345'])('%s is not one', (digits) => {
    expect(placed([arrived('prompted'), keyed(digits)])).toEqual([]);
  });

  it('goes out by the next route, whatever happened to the first', () => {
    for (const outcome of ['busy', 'no-answer'] as const) {
      const failure = { outcome, cause: 'USER_BUSY', ofGateway: false };
      const { effects } = run([arrived('direct', '911'), { type: 'bridge-ended', failure }]);
      expect(effects.flatMap((effect) => (effect.type === 'bridge' ? [effect.route] : []))).toEqual([0, 1]);
    }
  });
});

describe('a call that a phone forwards', () => {
  const forwarding = arrived('direct', '8016424655', true);

  it('is paid for by the account of that phone, and nobody is asked for anything', () => {
    const { effects } = run([forwarding, { ...allowed, payer: exampleAccount }, stored]);
    expect(asked(effects)).toEqual([]);
    expect(effects.at(-1)).toMatchObject({ type: 'bridge', allowed: { payer: { kind: 'account' } } });
  });

  it.each<[string, CallEvent, string]>([
    ['without such an account', allowed, 'no-account-for-forwarding'],
    ['to a number that is blocked', blocked, 'number-blocked'],
  ])('%s is refused without being answered', (_name, event, reason) => {
    const { state, effects } = run([forwarding, event]);
    expect(state).toMatchObject({ name: 'leaving', ending: { outcome: 'refused', reason } });
    expect(effects.at(-1)).toMatchObject({ type: 'hang-up', cause: 'CALL_REJECTED' });
    expect(effects.map(({ type }) => type)).not.toContain('collect');
  });
});

describe('three tries', () => {
  it('of a code, then a goodbye with the reason', () => {
    const { state, effects } = run([arrived('prompted'), ...[1, 2, 3].flatMap(() => [keyed('99999'), unknown])]);
    expect(state.name).toBe('leaving');
    expect(effects.at(-1)).toMatchObject({
      type: 'say-farewell',
      prompt: { kind: 'farewell', farewell: 'goodbye', refusal: 'code-unknown' },
      ending: { outcome: 'refused', reason: 'code-unknown' },
    });
    const heard = transition(state, heardAll, options);
    expect(heard.effects).toMatchObject([{ type: 'hang-up', cause: 'CALL_REJECTED' }]);
    const over = transition(state, hungUp(), options);
    expect(closed(over.effects)).toMatchObject({ ending: { outcome: 'refused', reason: 'code-unknown' } });
  });

  it('of a number, counted separately from those of the code', () => {
    const { state } = run([
      arrived('prompted'),
      keyed('1'),
      unknown,
      keyed('2'),
      unknown,
      keyed('12345'),
      accepted,
      keyed('1900'),
      blocked,
      keyed('1900'),
      blocked,
    ]);
    expect(state.name).toBe('collecting');
    const last = transition(transition(state, keyed('1900'), options).state, blocked, options);
    expect(last.state).toMatchObject({
      name: 'leaving',
      ending: { outcome: 'refused', reason: 'number-blocked', rule: 'account: blocked prefix 1900' },
    });
  });

  it('of silence, then the call is abandoned', () => {
    const silence = keyed('', false);
    const { state } = run([arrived('prompted'), silence, silence, silence]);
    expect(state).toMatchObject({ name: 'leaving', ending: { outcome: 'abandoned', reason: 'no-digits' } });
  });

  it('where codes are locked, the caller hears what everybody hears after a wrong code', () => {
    const locked: CallEvent = { type: 'code-refused', reason: 'code-locked' };
    const unknown: CallEvent = { type: 'code-refused', reason: 'code-unknown' };
    const prompts = ({ effects }: ReturnType<typeof run>) =>
      effects.flatMap((effect) => ('prompt' in effect ? [effect.prompt] : []));
    const dialogue = (refusal: CallEvent) =>
      run([arrived('prompted'), keyed('1'), refusal, keyed('2'), refusal, keyed('3'), refusal]);
    expect(prompts(dialogue(locked))).toEqual(prompts(dialogue(unknown)));
    expect(dialogue(locked).state).toMatchObject({
      name: 'leaving',
      ending: { outcome: 'refused', reason: 'code-locked' },
    });
  });
});

describe('placing the call', () => {
  const placing = [arrived('shortcut'), keyed('12345**8016424655'), accepted, allowed];
  const bridged = [...placing, stored];

  it('bridges only once the open record is stored', () => {
    expect(run(placing).effects.map(({ type }) => type)).not.toContain('bridge');
    expect(run(bridged).effects.at(-1)).toMatchObject({ type: 'bridge', allowed: { number: nationalNumber } });
  });

  it('does not place a call whose record cannot be stored', () => {
    const failed = run([...placing, { type: 'record-not-stored' }]);
    expect(failed.state).toMatchObject({ name: 'leaving', ending: { outcome: 'failed', reason: 'record-not-stored' } });
  });

  it('bills the callee’s leg, whichever leg’s end comes first', () => {
    const callee: CallEvent = {
      type: 'callee-ended',
      end: calleeEnd({ answeredAtMs: 1000, endedAtMs: 5000, billableMs: 4000 }),
    };
    const answered: CallEvent = { type: 'callee-answered', atMs: 1000 };
    for (const ends of [
      [callee, hungUp()],
      [hungUp(), callee],
    ]) {
      expect(closed(run([...bridged, answered, ...ends]).effects)).toMatchObject({
        ending: { outcome: 'answered', reason: null },
        billed: { billableMs: 4000, answeredAtMs: 1000, endedAtMs: 5000, estimated: false, closedBy: 'event' },
      });
    }
  });

  it('bills nothing for early media that nobody answered', () => {
    const { effects } = run([
      ...bridged,
      hungUp(),
      { type: 'callee-ended', end: calleeEnd({ cause: 'ORIGINATOR_CANCEL' }) },
    ]);
    expect(closed(effects)).toMatchObject({ ending: { outcome: 'cancelled' }, billed: { billableMs: 0 } });
  });

  it.each([
    ['busy', 'busy', 'USER_BUSY', 'USER_BUSY'],
    ['no-answer', 'no-answer', 'NO_ANSWER', 'NO_ANSWER'],
  ] as const)('says %s, and hangs up with a cause that shows it', (outcome, farewell, cause, shown) => {
    const failure = { outcome, cause, ofGateway: false };
    // Without early media the bridge tells why; with it, the end of the callee's leg does, before or after that of the bridge.
    const end: CallEvent = { type: 'callee-ended', end: calleeEnd({ cause, failure }) };
    for (const events of [
      [{ type: 'bridge-ended', failure }],
      [end, { type: 'bridge-ended', failure: null }],
      [{ type: 'bridge-ended', failure: null }, end],
    ] satisfies CallEvent[][]) {
      const { state, effects } = run([...bridged, ...events]);
      expect(state).toMatchObject({ name: 'leaving', ending: { outcome } });
      expect(effects.at(-1)).toMatchObject({ type: 'say-farewell', prompt: { farewell } });
      expect(transition(state, heardAll, options).effects).toMatchObject([{ type: 'hang-up', cause: shown }]);
    }
  });

  it('tries the next gateway if the first one is at fault, and stores that in the record first', () => {
    const down: CallEvent = {
      type: 'bridge-ended',
      failure: { outcome: 'failed', reason: 'gateway-down', cause: 'GATEWAY_DOWN', ofGateway: true },
    };
    const second = run([...bridged, down]);
    expect(second.effects.at(-1)).toMatchObject({ type: 'record-open', route: 1, awaited: true });
    const third = run([...bridged, down, stored, down]);
    expect(third.effects.filter(({ type }) => type === 'bridge')).toHaveLength(2);
    expect(third.state).toMatchObject({ name: 'leaving', ending: { outcome: 'failed', reason: 'gateway-down' } });
  });

  it('bills a conversation that continues with someone in the caller’s place until it ends', () => {
    const replaced: CallEvent = { ...hungUp(), replaced: true };
    const talking: CallEvent[] = [...bridged, { type: 'callee-answered', atMs: 1000 }, replaced];
    expect(run(talking).effects.at(-1)).toEqual({ type: 'await-callee', patience: 'conversation' });
    const end = calleeEnd({ answeredAtMs: 1000, endedAtMs: 9000, billableMs: 8000 });
    expect(closed(run([...talking, { type: 'callee-ended', end }]).effects)).toMatchObject({
      ending: { outcome: 'answered' },
      billed: { billableMs: 8000, estimated: false },
    });
    expect(closed(run([...talking, { type: 'connection-lost', atMs: 7000 }]).effects)).toMatchObject({
      billed: { billableMs: 6000, estimated: true },
    });
  });

  it('waits for the answer to somebody who picked the call up before there was one, and bills that conversation', () => {
    const picked: CallEvent[] = [...bridged, { ...hungUp(), replaced: true }];
    expect(run(picked).effects.at(-1)).toEqual({ type: 'await-callee', patience: 'answer' });
    const talking: CallEvent[] = [...picked, { type: 'callee-answered', atMs: 1000 }];
    expect(run(talking).effects.at(-1)).toEqual({ type: 'await-callee', patience: 'conversation' });
    const end = calleeEnd({ answeredAtMs: 1000, endedAtMs: 9000, billableMs: 8000 });
    expect(closed(run([...talking, { type: 'callee-ended', end }]).effects)).toMatchObject({
      ending: { outcome: 'answered' },
      billed: { billableMs: 8000, estimated: false },
    });
    // Nobody answers; or nothing more is heard of it, and FreeSWITCH's CDR may know better.
    expect(closed(run([...picked, { type: 'settled-late' }]).effects)).toMatchObject({
      ending: { outcome: 'cancelled' },
      billed: { billableMs: 0 },
    });
    expect(closed(run([...picked, { type: 'connection-lost', atMs: 7000 }]).effects)).toMatchObject({
      ending: { outcome: 'interrupted' },
      billed: { closedBy: 'controller' },
    });
  });

  it('leaves only conversations to FreeSWITCH', () => {
    const left: CallEvent = { type: 'leave-in-conversation' };
    expect(run([...bridged, left]).state.name).toBe('connecting');
    const talking = run([...bridged, { type: 'callee-answered', atMs: 1000 }, left]);
    expect(talking.effects.slice(-2)).toMatchObject([
      { type: 'record-leave', answeredAtMs: 1000 },
      { type: 'release' },
    ]);
  });

  it('estimates a conversation whose end was not seen', () => {
    const answered: CallEvent = { type: 'callee-answered', atMs: 1000 };
    expect(closed(run([...bridged, answered, { type: 'connection-lost', atMs: 61_000 }]).effects)).toMatchObject({
      ending: { outcome: 'answered', reason: 'connection-lost' },
      billed: { billableMs: 60_000, estimated: true, closedBy: 'controller' },
    });
  });
});

describe('a channel that is lost', () => {
  it.each([
    ['while keying', [arrived('prompted')]],
    [
      'while it rings',
      [
        arrived('shortcut'),
        keyed('12345**8016424655'),
        accepted,
        allowed,
        { type: 'record-stored' } satisfies CallEvent,
      ],
    ],
  ])('%s makes an interrupted call, which FreeSWITCH’s CDR may correct', (_name, events) => {
    expect(closed(run([...events, { type: 'connection-lost', atMs: 61_000 }]).effects)).toMatchObject({
      ending: { outcome: 'interrupted', reason: 'connection-lost' },
      billed: { billableMs: 0, answeredAtMs: null, closedBy: 'controller' },
    });
  });
});

describe('every event in every state', () => {
  it('leads to a listed state, and closes the record only if the call ends', () => {
    const states = [
      [],
      [arrived('prompted')],
      [arrived('prompted'), keyed('12345')],
      [arrived('shortcut'), keyed('12345**8016424655'), accepted],
      [arrived('shortcut'), keyed('12345**8016424655'), accepted, allowed],
      [arrived('shortcut'), keyed('12345**8016424655'), accepted, { ...allowed, announcement: examplePrice }],
      [arrived('shortcut'), keyed('12345**8016424655'), accepted, allowed, stored],
      [
        arrived('shortcut'),
        keyed('12345**8016424655'),
        accepted,
        allowed,
        stored,
        { type: 'callee-answered', atMs: 1 },
      ],
      [arrived('shortcut'), keyed('12345**8016424655'), accepted, allowed, stored, hungUp()],
      [arrived('prompted'), keyed('1'), { type: 'code-refused', reason: 'directory-stale' }],
      [arrived('prompted'), hungUp()],
    ] satisfies CallEvent[][];
    const names = states.map((events) => run(events).state.name);
    expect(names).toEqual([
      'new',
      'collecting',
      'checking-code',
      'deciding',
      'recording',
      'confirming',
      'connecting',
      'talking',
      'settling',
      'leaving',
      'ended',
    ]);
    for (const events of states) {
      const { state } = run(events);
      for (const event of callEvents) {
        const step = transition(state, event, options);
        const closes = step.effects.filter(({ type }) => type === 'record-close' || type === 'record-leave').length;
        expect(closes).toBe(step.state.name === 'ended' && state.name !== 'ended' && state.name !== 'new' ? 1 : 0);
        if (state.name === 'ended') expect(step).toEqual({ state, effects: [] });
      }
    }
  });
});

describe('an answer that is told after the bridge was over', () => {
  const crossed: CallEvent[] = [
    ...[arrived('shortcut'), keyed('99999**911'), { type: 'bridge-ended', failure: null } as const],
    { type: 'callee-answered', atMs: 1000 },
  ];
  const recordOf = (events: CallEvent[]) =>
    run(events).effects.find((effect) => effect.type === 'record-close') as CallEffect & { type: 'record-close' };

  it.each<[string, CallEvent[], { estimated: boolean }]>([
    [
      'and whose leg’s end knows nothing of it',
      [{ type: 'callee-ended', end: calleeEnd({ answeredAtMs: null }) }, hungUp()],
      { estimated: false },
    ],
    ['and whose leg’s end is never told', [{ type: 'settled-late' }, hungUp()], { estimated: false }],
    [
      'and after which the switch is lost',
      [{ type: 'settled-late' }, { type: 'connection-lost', atMs: 9000 }],
      { estimated: true },
    ],
  ])('%s is an answer all the same', (_what, end, expected) => {
    const { ending, billed } = recordOf([...crossed, ...end]);
    expect({ outcome: ending.outcome, answeredAtMs: billed.answeredAtMs, estimated: billed.estimated }).toEqual({
      outcome: 'answered',
      answeredAtMs: 1000,
      ...expected,
    });
  });
});
