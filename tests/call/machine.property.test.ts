import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { transition } from '../../src/call/machine/transition.ts';
import type { CallEffect, CallEvent } from '../../src/call/machine/events.ts';
import type { CallState } from '../../src/call/state.ts';
import { emergencyMeant } from '../../src/call/entry.ts';
import { anyCallEvent, callEvents, legEnd, codeLaterOptions } from './events.ts';

const options = codeLaterOptions;

type History = { state: CallState; effects: CallEffect[]; allowedBeforeBridge: boolean };

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
    for (const effect of step.effects) {
      if (effect.type === 'bridge' && effect.allowed.payer.kind !== 'emergency' && !allowed)
        allowedBeforeBridge = false;
    }
  }
  return { state, effects, allowedBeforeBridge };
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
  .map(([entry, forwarded, events]): CallEvent[] => [
    { type: 'arrived', entry, dialled: '8016424655', forwarded },
    ...events,
  ]);

const emergencyEntry = fc.constantFrom('911', '112', '99999**911', '9911', '911*');

const count = (effects: CallEffect[], type: CallEffect['type']): number =>
  effects.filter((effect) => effect.type === type).length;

describe('for random events in random order', () => {
  it('a call is never bridged without being allowed, nor twice by one route unless an emergency number was keyed, nor before its record is stored', () => {
    fc.assert(
      fc.property(anyCall, (events) => {
        const { effects, allowedBeforeBridge } = run(events);
        expect(allowedBeforeBridge).toBe(true);
        const bridges = effects.filter((effect) => effect.type === 'bridge');
        for (const [at, { route, allowed }] of bridges.entries()) {
          // An emergency number may be keyed at any time and more than once: it begins with the first route.
          const isAnew = at === 0 || (route === 0 && allowed.payer.kind === 'emergency');
          expect(route).toBe(isAnew ? 0 : (bridges[at - 1]?.route ?? 0) + 1);
          if (!isAnew) expect(allowed).toEqual(bridges[at - 1]?.allowed);
          expect(route).toBeLessThan(2);
        }
        for (const [at, effect] of effects.entries()) {
          if (effect.type !== 'bridge' || effect.allowed.payer.kind === 'emergency') continue;
          expect(effects[at - 1]).toMatchObject({ type: 'record-open', route: effect.route, awaited: true });
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('nobody calls without saying who pays: a number that needs a code is bridged only with an account', () => {
    fc.assert(
      fc.property(anyCall, (events) => {
        let state: CallState = { name: 'new' };
        let decision: (CallEvent & { type: 'number-allowed' }) | null = null;
        for (const event of events) {
          if (event.type === 'number-allowed' && state.name === 'deciding') decision = event;
          const step = transition(state, event, options);
          state = step.state;
          for (const effect of step.effects) {
            if (effect.type !== 'bridge' && effect.type !== 'record-open') continue;
            const { payer, number } = effect.allowed;
            if (payer.kind === 'no-code-needed') expect(decision?.code).toBe('not-needed');
            if (payer.kind === 'code-later') expect(decision?.code).toBe('later');
            if (payer.kind === 'emergency') expect(number.callType).toBe('emergency');
          }
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('a call whose price is to be confirmed is bridged only once 1 was keyed', () => {
    fc.assert(
      fc.property(anyCall, (events) => {
        let state: CallState = { name: 'new' };
        let isOwed = false;
        for (const event of events) {
          if (event.type === 'number-allowed' && state.name === 'deciding') isOwed = event.announcement !== null;
          if (event.type === 'keyed' && state.name === 'confirming' && event.digits === '1') isOwed = event.isDoubtful;
          const step = transition(state, event, options);
          state = step.state;
          for (const effect of step.effects) {
            if (effect.type === 'bridge' && effect.allowed.payer.kind !== 'emergency') expect(isOwed).toBe(false);
          }
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('an emergency number is bridged at once, whenever it is keyed', () => {
    fc.assert(
      fc.property(anyCall, emergencyEntry, fc.boolean(), (events, digits, random) => {
        let state: CallState = { name: 'new' };
        for (const event of events) {
          if (state.name === 'confirming' || (state.name === 'collecting' && random)) break;
          state = transition(state, event, options).state;
        }
        fc.pre(state.name === 'collecting' || state.name === 'confirming');
        const { effects } = transition(state, { type: 'keyed', digits, terminated: false, isDoubtful: false }, options);
        const number = emergencyMeant(digits, options.emergencyIn);
        expect(effects[0]).toMatchObject({ type: 'bridge', allowed: { number: { dial: number } } });
      }),
      { numRuns: 2000 },
    );
  });

  it('exactly one record is closed, when the call ends and never after', () => {
    fc.assert(
      fc.property(anyCall, (events) => {
        const over = run([
          ...events,
          { type: 'caller-ended', end: legEnd(), failure: null, replaced: false },
          { type: 'settled-late' },
          ...callEvents,
        ]);
        expect(over.state.name).toBe('ended');
        expect(count(over.effects, 'record-close') + count(over.effects, 'record-leave')).toBe(1);
        expect(count(over.effects, 'record-arrival')).toBe(1);
        expect(count(over.effects, 'release')).toBe(1);
        expect(over.effects.at(-1)?.type).toBe('release');
      }),
      { numRuns: 5000 },
    );
  });

  it('a call never gets stuck: a hangup or a lost connection ends it in at most two steps', () => {
    fc.assert(
      fc.property(anyCall, (events) => {
        const { state } = run(events);
        const lost = transition(state, { type: 'connection-lost', atMs: 1 }, options);
        expect(lost.state.name).toBe('ended');
        const hungUp = transition(
          state,
          { type: 'caller-ended', end: legEnd(), failure: null, replaced: false },
          options,
        );
        expect(['ended', 'settling']).toContain(hungUp.state.name);
        expect(transition(hungUp.state, { type: 'settled-late' }, options).state.name).toBe('ended');
      }),
      { numRuns: 5000 },
    );
  });

  it('a conversation is left to the switch as soon as there is one, whenever that was asked for', () => {
    fc.assert(
      fc.property(anyCall, fc.nat(30), (events, at) => {
        const asked = Math.min(at, events.length - 1) + 1;
        let { state } = run(events.slice(0, asked));
        for (const event of [{ type: 'leave-in-conversation' } as const, ...events.slice(asked)]) {
          state = transition(state, event, options).state;
          const isTalking = state.name === 'talking' || (state.name === 'settling' && state.goesOn);
          if (isTalking && 'bridge' in state && state.bridge?.calleeEnd === null) {
            expect(state.bridge.answeredAtMs).toBeNull();
          }
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('a call that was not answered is billed nothing', () => {
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

  it('a code and a number are each asked for at most three times', () => {
    fc.assert(
      fc.property(anyCall, (events) => {
        const asks = run(events).effects.flatMap((effect) => (effect.type === 'collect' ? [effect.ask] : []));
        const forCode = asks.filter((ask) => ask === 'code' || ask === 'shortcut').length;
        expect(forCode).toBeLessThanOrEqual(3);
        const forPrice = asks.filter((ask) => ask === 'confirmation').length;
        expect(asks.length - forCode - forPrice).toBeLessThanOrEqual(3);
        expect(forPrice).toBeLessThanOrEqual(2);
      }),
      { numRuns: 5000 },
    );
  });
});
