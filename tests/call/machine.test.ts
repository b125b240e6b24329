import { describe, expect, it } from '@jest/globals';
import { transition, type CallEffect, type CallEvent } from '../../src/call/machine.ts';
import type { CallState, LegEnd } from '../../src/call/state.ts';
import { callEvents, exampleAccount, legEnd, nationalNumber } from './events.ts';

const options = { tries: 3 };

/** Runs a call through the table and answers where it stands and all its effects. */
function run(events: readonly CallEvent[]): { state: CallState; effects: CallEffect[] } {
  let state: CallState = { name: 'new' };
  const effects: CallEffect[] = [];
  for (const event of events) {
    const step = transition(state, event, options);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

const arrived = (entry: 'prompted' | 'shortcut' | 'direct', dialled = '', codeNeeded = true): CallEvent => ({
  type: 'arrived',
  entry,
  dialled,
  codeNeeded,
});
const keyed = (digits: string, terminated = true): CallEvent => ({ type: 'keyed', digits, terminated });
const accepted: CallEvent = { type: 'code-accepted', account: exampleAccount };
const acceptedOnFile: CallEvent = {
  type: 'code-accepted',
  account: { ...exampleAccount, customerNumbers: ['8015550100'] },
};
const unknown: CallEvent = { type: 'code-refused', reason: 'code-unknown' };
const allowed: CallEvent = { type: 'number-allowed', number: nationalNumber, rule: 'no restriction' };
const blocked: CallEvent = { type: 'number-refused', reason: 'number-blocked', rule: 'account: blocked prefix 1900' };
const stored: CallEvent = { type: 'record-stored' };
const hungUp = (end: LegEnd = legEnd()): CallEvent => ({ type: 'caller-ended', end, failure: null });

const asked = (effects: CallEffect[]): string[] =>
  effects.flatMap((effect) =>
    effect.type === 'collect' && effect.prompt.kind === 'ask'
      ? [`${effect.ask}:${effect.prompt.refusal ?? 'first'}`]
      : [],
  );
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

  it('shortcut: what cannot be read is asked for again', () => {
    const { effects } = run([arrived('shortcut'), keyed('**8016424655')]);
    expect(asked(effects)).toEqual(['shortcut:first', 'shortcut:entry-malformed']);
  });

  it('direct: only the code is asked for, and a wrong one keeps the dialled number', () => {
    const { effects } = run([arrived('direct', '8016424655'), keyed('1'), unknown, keyed('12345'), accepted]);
    expect(asked(effects)).toEqual(['code:first', 'code:code-unknown']);
    expect(decided(effects)).toEqual(['8016424655']);
  });

  it('direct: no code where the call type needs none', () => {
    const { effects } = run([arrived('direct', '201', false)]);
    expect(asked(effects)).toEqual([]);
    expect(decided(effects)).toEqual(['201']);
  });

  it('an emergency number keyed for a code is called', () => {
    const { effects } = run([arrived('prompted'), keyed('911'), { type: 'emergency-keyed' }]);
    expect(decided(effects)).toEqual(['911']);
  });
});

describe('three tries', () => {
  it('of a code, then a goodbye with the reason', () => {
    const { state, effects } = run([arrived('prompted'), ...[1, 2, 3].flatMap(() => [keyed('99999'), unknown])]);
    expect(state.name).toBe('leaving');
    expect(effects.at(-1)).toMatchObject({
      type: 'say-and-hang-up',
      prompt: { kind: 'farewell', farewell: 'goodbye', refusal: 'code-unknown' },
      cause: 'CALL_REJECTED',
      ending: { outcome: 'refused', reason: 'code-unknown' },
    });
    const over = transition(state, hungUp(), options);
    expect(closed(over.effects)).toMatchObject({ ending: { outcome: 'refused', reason: 'code-unknown' } });
  });

  it('of a number, counted apart from those of the code', () => {
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

  it('a locked code ends the call at once', () => {
    const { state } = run([arrived('prompted'), keyed('1'), { type: 'code-refused', reason: 'code-locked' }]);
    expect(state).toMatchObject({ name: 'leaving', ending: { outcome: 'refused', reason: 'code-locked' } });
  });
});

describe('placing the call', () => {
  const placing = [arrived('shortcut'), keyed('12345**8016424655'), accepted, allowed];
  const bridged = [...placing, stored];

  it('bridges only once the open record is stored', () => {
    expect(run(placing).effects.map(({ type }) => type)).not.toContain('bridge');
    expect(run(bridged).effects.at(-1)).toMatchObject({ type: 'bridge', allowed: { number: nationalNumber } });
  });

  it('places no call whose record cannot be stored, but an emergency call', () => {
    const failed = run([...placing, { type: 'record-not-stored' }]);
    expect(failed.state).toMatchObject({ name: 'leaving', ending: { outcome: 'failed', reason: 'record-not-stored' } });
    const emergency = run([
      ...placing.slice(0, -1),
      { type: 'number-allowed', number: { ...nationalNumber, callType: 'emergency' }, rule: 'emergency call' },
      { type: 'record-not-stored' },
    ]);
    expect(emergency.effects.at(-1)).toMatchObject({ type: 'bridge' });
  });

  it('bills the callee’s leg, whichever leg’s end comes first', () => {
    const callee: CallEvent = {
      type: 'callee-ended',
      end: legEnd({ answeredAtMs: 1000, endedAtMs: 5000, billableMs: 4000 }),
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
      { type: 'callee-ended', end: legEnd({ cause: 'ORIGINATOR_CANCEL' }) },
    ]);
    expect(closed(effects)).toMatchObject({ ending: { outcome: 'cancelled' }, billed: { billableMs: 0 } });
  });

  it.each([
    ['busy', 'busy', 'USER_BUSY', 'USER_BUSY'],
    ['no-answer', 'no-answer', 'NO_ANSWER', 'NO_ANSWER'],
  ] as const)('says %s, and hangs up with a cause that shows it', (outcome, farewell, cause, shown) => {
    const { state, effects } = run([...bridged, { type: 'bridge-ended', failure: { outcome, cause } }]);
    expect(state).toMatchObject({ name: 'leaving', ending: { outcome } });
    expect(effects.at(-1)).toMatchObject({ type: 'say-and-hang-up', prompt: { farewell }, cause: shown });
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
  ])('%s leaves an interrupted call, for FreeSWITCH’s CDR to say more', (_name, events) => {
    expect(closed(run([...events, { type: 'connection-lost', atMs: 61_000 }]).effects)).toMatchObject({
      ending: { outcome: 'interrupted', reason: 'connection-lost' },
      billed: { billableMs: 0, answeredAtMs: null, closedBy: 'controller' },
    });
  });
});

describe('every state and every event', () => {
  it('has an answer: a state of the list, and a record only where the call ends', () => {
    const states = [
      [],
      [arrived('prompted')],
      [arrived('prompted'), keyed('12345')],
      [arrived('shortcut'), keyed('12345**8016424655'), accepted],
      [arrived('shortcut'), keyed('12345**8016424655'), accepted, allowed],
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
      [arrived('prompted'), keyed('1'), { type: 'code-refused', reason: 'code-locked' }],
      [arrived('prompted'), hungUp()],
    ] satisfies CallEvent[][];
    const names = states.map((events) => run(events).state.name);
    expect(names).toEqual([
      'new',
      'collecting',
      'checking-code',
      'deciding',
      'recording',
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
        const closes = step.effects.filter(({ type }) => type === 'record-close').length;
        expect(closes).toBe(step.state.name === 'ended' && state.name !== 'ended' && state.name !== 'new' ? 1 : 0);
        if (state.name === 'ended') expect(step).toEqual({ state, effects: [] });
      }
    }
  });
});
