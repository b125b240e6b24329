import { describe, expect, it } from '@jest/globals';
import { transition } from '../../src/call/machine/transition.ts';
import type { CallEvent } from '../../src/call/machine/events.ts';
import { accepted, allowed, arrived, calleeEnd, keyed, machineOptions as options, runCall as run } from './events.ts';

/** What is keyed while nobody has asked for anything. */
const unknown: CallEvent = { type: 'code-refused', reason: 'code-unknown' };
const refusedForGood = [arrived('prompted'), ...[1, 2, 3].flatMap(() => [keyed('99999'), unknown])];
const placing: CallEvent[] = [arrived('shortcut'), keyed('12345**8016424655'), accepted, allowed];
const bridged: CallEvent[] = [...placing, { type: 'record-stored' }];
const busy: CallEvent = {
  type: 'bridge-ended',
  failure: { outcome: 'busy', cause: 'USER_BUSY', ofGateway: false },
};
const emergency = { type: 'bridge', allowed: { number: { dial: '911' }, payer: { kind: 'emergency' } }, route: 0 };

describe('into last words', () => {
  it.each(['911', '9911', '99999**911', '*911'])('"%s" is placed at once', (digits) => {
    for (const before of [refusedForGood, [...bridged, busy]]) {
      const { state, effects } = run([...before, keyed(digits)]);
      expect(state).toMatchObject({ name: 'connecting', gathered: { account: null } });
      expect(effects).toContainEqual(expect.objectContaining({ type: 'notify-emergency', number: '911' }));
      expect(effects.filter(({ type }) => type === 'bridge').at(-1)).toMatchObject(emergency);
    }
  });

  it('anything else has them said again, but not for ever', () => {
    const said = (events: CallEvent[]): string[] =>
      run([...refusedForGood, ...events])
        .effects.map(({ type }) => type)
        .filter((type) => ['say-farewell', 'hang-up'].includes(type));
    expect(said([keyed('')])).toEqual(['say-farewell', 'say-farewell']);
    expect(said([keyed('5'), keyed('', false)])).toEqual(['say-farewell', 'say-farewell', 'hang-up']);
    expect(said([keyed('5'), keyed('12345'), keyed('9115')])).toEqual([
      ...['say-farewell', 'say-farewell', 'say-farewell', 'hang-up'],
    ]);
  });
});

it('while the record of another way out is on its way to disk, it is placed at once', () => {
  const refusedByGateway: CallEvent = {
    type: 'bridge-ended',
    failure: { outcome: 'failed', reason: 'gateway-down', cause: 'INVALID_GATEWAY', ofGateway: true },
  };
  const waiting = [...bridged, refusedByGateway];
  expect(run(waiting).state.name).toBe('recording');
  const { state, effects } = run([...waiting, keyed('12345**911', false), { type: 'record-stored' }]);
  expect(state).toMatchObject({ name: 'connecting', gathered: { account: null } });
  expect(effects.filter(({ type }) => type === 'bridge').at(-1)).toMatchObject(emergency);
  expect(effects.at(-1)).toMatchObject({ type: 'notify-emergency', number: '911' });
  expect(run([...waiting, keyed('9115', false)]).state.name).toBe('recording');
});

describe('while something is looked up, decided or written', () => {
  const ahead = (digits: string): CallEvent => ({ type: 'keyed-ahead', digits });
  const moments: Record<string, CallEvent[]> = {
    'checking-code': placing.slice(0, 2),
    deciding: placing.slice(0, 3),
    recording: placing,
  };

  it.each(Object.keys(moments))('an emergency number that is keyed ahead is placed at once: %s', (name) => {
    const before = moments[name] ?? [];
    expect(run(before).state.name).toBe(name);
    const { state, effects } = run([...before, ahead('911')]);
    expect(state).toMatchObject({ name: 'connecting', gathered: { account: null, code: '' } });
    expect(effects.filter(({ type }) => type === 'bridge')).toMatchObject([emergency]);
    // What was waited for comes too late.
    for (const late of [accepted, allowed, { type: 'record-stored' }, { type: 'record-not-stored' }] as const)
      expect(transition(state, late, options)).toEqual({ state, effects: [] });
  });

  it.each(Object.keys(moments))('anything else changes nothing: %s', (name) => {
    const { state } = run(moments[name] ?? []);
    for (const digits of ['9115', '', '12345**8016424655'])
      expect(transition(state, ahead(digits), options)).toEqual({ state, effects: [] });
  });
});

describe('while the far end rings', () => {
  it('an emergency number ends the attempt, and goes out once that is over', () => {
    const ringing = run([...bridged, keyed('911', false)]);
    expect(ringing.effects.at(-1)).toEqual({ type: 'give-up-bridge' });
    const cancelled = { outcome: 'cancelled', cause: 'ORIGINATOR_CANCEL', ofGateway: false } as const;
    for (const over of [
      [{ type: 'bridge-ended', failure: cancelled }],
      // With sound, the end of the called party's leg tells why.
      [{ type: 'bridge-ended', failure: null }],
      [
        { type: 'callee-ended', end: calleeEnd() },
        { type: 'bridge-ended', failure: null },
      ],
      // It was answered at that moment.
      [
        { type: 'callee-answered', atMs: 1000 },
        { type: 'bridge-ended', failure: null },
      ],
    ] satisfies CallEvent[][]) {
      const { state, effects } = run([...bridged, keyed('911', false), ...over]);
      expect(state).toMatchObject({ name: 'connecting', bridge: { emergency: null } });
      expect(effects.at(-1)).toMatchObject({ type: 'notify-emergency', number: '911' });
      expect(effects.filter(({ type }) => type === 'bridge').at(-1)).toMatchObject(emergency);
    }
  });

  it.each([
    ['another number', [...bridged, keyed('9115', false)]],
    ['a key in a conversation', [...bridged, { type: 'callee-answered', atMs: 1000 } as const, keyed('911', false)]],
    ['an emergency number again, while one rings', [arrived('direct', '911'), keyed('911', false)]],
  ])('%s changes nothing', (_name, events) => {
    const before = run(events.slice(0, -1));
    const last = events.at(-1);
    expect(last === undefined ? null : transition(before.state, last, options)).toEqual({
      state: before.state,
      effects: [],
    });
  });
});
