import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CallEvent } from '../../src/call/machine/events.ts';
import {
  accepted,
  allowed,
  arrived,
  callEvents,
  exampleAccount,
  examplePrice,
  keyed,
  legEnd,
  runCall as run,
} from './events.ts';

const priced = { ...allowed, announcement: examplePrice };
/** One key is the answer: no `#` ends it. */
const pressed = (digits: string): CallEvent => keyed(digits, false);

/** A call that has heard its price. */
const priceTold: readonly CallEvent[] = [arrived('shortcut', '9'), keyed('12345**8016424655'), accepted, priced];

const forwarded = arrived('direct', '8016424655', true);
const refusal = { outcome: 'refused', reason: 'price-not-confirmed', hangupCause: 'CALL_REJECTED' };

describe('a call whose price is to be confirmed', () => {
  it('is announced, and not placed', () => {
    const { state, effects } = run(priceTold);
    expect(state.name).toBe('confirming');
    expect(effects.at(-1)).toEqual({
      ...{ type: 'collect', ask: 'confirmation', prompt: { kind: 'announce', announcement: examplePrice } },
    });
  });

  it('is placed for 1, and its record says what was confirmed', () => {
    const { state, effects } = run([...priceTold, pressed('1')]);
    expect(state.name).toBe('recording');
    expect(effects.at(-1)).toMatchObject({
      type: 'record-open',
      allowed: { rule: 'no restriction; 1.20 CHF a minute confirmed', payer: { kind: 'account' } },
    });
  });

  it.each([['2'], ['0'], ['111'], ['12'], ['12345'], ['*'], ['8016424655'], ['']])('is refused for "%s"', (digits) => {
    const { state, effects } = run([...priceTold, pressed(digits)]);
    expect(state).toMatchObject({ name: 'leaving', ending: refusal });
    expect(effects.at(-1)).toMatchObject({
      type: 'say-farewell',
      prompt: { kind: 'farewell', farewell: 'goodbye', refusal: null },
    });
  });

  it.each<[string, CallEvent]>([
    ['a # that comes late for the number', keyed('')],
    ['an entry of which a key may be missing', keyed('1', false, true)],
    ['a key that is pressed twice in a hurry', pressed('11')],
  ])('is asked for once more after %s, and no more', (_what, event) => {
    expect(run([...priceTold, event]).state).toMatchObject({ name: 'confirming', askedAgain: true });
    expect(run([...priceTold, event, event]).state).toMatchObject({ name: 'leaving', ending: refusal });
    expect(run([...priceTold, event, pressed('1')]).state.name).toBe('recording');
  });

  it('is given up by a hangup, and billed nothing', () => {
    const { effects } = run([...priceTold, { type: 'caller-ended', end: legEnd(), failure: null, replaced: false }]);
    expect(effects).toContainEqual(
      expect.objectContaining({
        type: 'record-close',
        ending: expect.objectContaining({ outcome: 'abandoned', reason: 'caller-hung-up' }),
        billed: expect.objectContaining({ billableMs: 0 }),
      }),
    );
  });

  it.each([['911'], ['112'], ['9911'], ['12345**911'], ['911*']])('gives way to %s at once', (digits) => {
    const { effects } = run([...priceTold, pressed(digits)]);
    expect(effects.slice(-3).map(({ type }) => type)).toEqual(['bridge', 'record-open', 'notify-emergency']);
    expect(effects.find(({ type }) => type === 'bridge')).toMatchObject({
      allowed: { number: { callType: 'emergency' }, payer: { kind: 'emergency' } },
    });
  });

  it('is refused unanswered where it is forwarded: nobody is there to confirm it', () => {
    const { state, effects } = run([forwarded, { ...priced, payer: exampleAccount }]);
    expect(state).toMatchObject({ name: 'leaving', ending: refusal });
    expect(effects.at(-1)).toMatchObject({ type: 'hang-up', cause: 'CALL_REJECTED' });
    expect(effects.map(({ type }) => type)).not.toContain('collect');
  });

  it('is placed by nothing but 1 or an emergency number, whatever else happens', () => {
    const others = callEvents.filter((event) => event.type !== 'keyed' || event.digits !== '1' || event.isDoubtful);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...others), { maxLength: 12 }), (events) => {
        for (const effect of run([...priceTold, ...events]).effects) {
          if (effect.type !== 'bridge' && effect.type !== 'record-open') continue;
          expect(effect.allowed.payer.kind).toBe('emergency');
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a call before which the balance is told', () => {
  const balance = { price: null, balance: { amount: '12.30', currency: 'CHF' } };
  const told: readonly CallEvent[] = [...priceTold.slice(0, -1), { ...priced, announcement: balance }];

  it('is placed once that is over, or any key is pressed', () => {
    expect(run(told).effects.at(-1)).toMatchObject({ type: 'collect', ask: 'going-on' });
    for (const digits of ['', '5', '#']) {
      expect(run([...told, pressed(digits)]).state).toMatchObject({
        ...{ name: 'recording', allowed: { rule: 'no restriction', payer: { kind: 'account' } } },
      });
    }
  });

  it('gives way to an emergency number, and is placed at once where it is forwarded', () => {
    expect(run([...told, pressed('911')]).effects.map(({ type }) => type)).toContain('notify-emergency');
    expect(run([forwarded, { ...priced, payer: exampleAccount, announcement: balance }]).state.name).toBe('recording');
  });
});
