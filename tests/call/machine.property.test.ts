import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { transition, type CallEffect, type CallEvent } from '../../src/call/machine.ts';
import type { CallState } from '../../src/call/state.ts';
import { anyCallEvent, callEvents, legEnd } from './events.ts';

const options = { tries: 3 };

type History = { state: CallState; events: CallEvent[]; effects: CallEffect[]; allowedBeforeBridge: boolean };

function run(events: readonly CallEvent[]): History {
  let state: CallState = { name: 'new' };
  const effects: CallEffect[] = [];
  let allowed = false;
  let allowedBeforeBridge = true;
  for (const event of events) {
    if (event.type === 'number-allowed' && state.name === 'deciding') allowed = true;
    const step = transition(state, event, options);
    state = step.state;
    effects.push(...step.effects);
    if (step.effects.some(({ type }) => type === 'bridge') && !allowed) allowedBeforeBridge = false;
  }
  return { state, events: [...events], effects, allowedBeforeBridge };
}

/** Random calls lean on answers that lead somewhere, or few would get as far as a bridge. */
const likely = callEvents.filter(({ type }) =>
  ['keyed', 'code-accepted', 'number-allowed', 'record-stored', 'callee-answered'].includes(type),
);
const anyCall = fc
  .tuple(
    fc.constantFrom('prompted', 'shortcut', 'direct'),
    fc.boolean(),
    fc.array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...likely) }, { weight: 1, arbitrary: anyCallEvent }), {
      maxLength: 30,
    }),
  )
  .map(([entry, codeNeeded, events]): CallEvent[] => [
    { type: 'arrived', entry, dialled: '8016424655', codeNeeded },
    ...events,
  ]);

const count = (effects: CallEffect[], type: CallEffect['type']): number =>
  effects.filter((effect) => effect.type === type).length;

describe('for random events in random order', () => {
  it('a call is never bridged without an allowed decision, nor twice, nor before its record is stored', () => {
    fc.assert(
      fc.property(anyCall, (events) => {
        const { effects, allowedBeforeBridge } = run(events);
        expect(allowedBeforeBridge).toBe(true);
        expect(count(effects, 'bridge')).toBeLessThanOrEqual(1);
        if (count(effects, 'bridge') === 1) {
          const types = effects.map(({ type }) => type);
          expect(types.indexOf('record-open')).toBeLessThan(types.indexOf('bridge'));
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('exactly one record is closed, when the call ends and never after', () => {
    fc.assert(
      fc.property(anyCall, (events) => {
        const over = run([
          ...events,
          { type: 'caller-ended', end: legEnd(), failure: null },
          { type: 'settled-late' },
          ...callEvents,
        ]);
        expect(over.state.name).toBe('ended');
        expect(count(over.effects, 'record-close')).toBe(1);
        expect(count(over.effects, 'record-arrival')).toBe(1);
        expect(count(over.effects, 'release')).toBe(1);
        expect(over.effects.slice(-2).map(({ type }) => type)).toEqual(['record-close', 'release']);
      }),
      { numRuns: 5000 },
    );
  });

  it('a call never stays stuck: a hangup, or a lost connection, ends it in at most two steps', () => {
    fc.assert(
      fc.property(anyCall, (events) => {
        const { state } = run(events);
        const lost = transition(state, { type: 'connection-lost', atMs: 1 }, options);
        expect(lost.state.name).toBe('ended');
        const hungUp = transition(state, { type: 'caller-ended', end: legEnd(), failure: null }, options);
        expect(['ended', 'settling']).toContain(hungUp.state.name);
        expect(transition(hungUp.state, { type: 'settled-late' }, options).state.name).toBe('ended');
      }),
      { numRuns: 5000 },
    );
  });

  it('nothing is billed that was not answered', () => {
    fc.assert(
      fc.property(anyCall, (events) => {
        for (const effect of run([...events, { type: 'connection-lost', atMs: 9000 }]).effects) {
          if (effect.type !== 'record-close') continue;
          if (effect.billed.billableMs > 0) expect(effect.ending.outcome).toBe('answered');
          if (effect.ending.outcome === 'answered') expect(effect.billed.answeredAtMs).not.toBeNull();
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('at most three entries of a code and three of a number are asked for', () => {
    fc.assert(
      fc.property(anyCall, (events) => {
        const asks = run(events).effects.flatMap((effect) => (effect.type === 'collect' ? [effect.ask] : []));
        const forCode = asks.filter((ask) => ask === 'code' || ask === 'shortcut').length;
        expect(forCode).toBeLessThanOrEqual(3);
        expect(asks.length - forCode).toBeLessThanOrEqual(3);
      }),
      { numRuns: 5000 },
    );
  });
});
