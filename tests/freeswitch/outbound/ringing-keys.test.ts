import { expect, it } from '@jest/globals';
import { createRingingKeys } from '../../../src/freeswitch/outbound/ringing-keys.ts';

/** Keys with how long each comes after the one before; what was understood, and what is left. */
function keyed(keys: readonly (readonly [afterMs: number, key: string])[], heard: boolean, restMs = 10_000) {
  let nowMs = 50_000;
  let timer: { atMs: number; task: () => void } | null = null;
  const entries: string[] = [];
  const clock = {
    monotonicMs: () => nowMs,
    after(ms: number, task: () => void) {
      timer = { atMs: nowMs + ms, task };
      return () => {
        timer = null;
      };
    },
  };
  const ringing = createRingingKeys({ completeMs: 400, digitMs: 5_000 }, clock, (digits) => entries.push(digits));
  const pass = (ms: number): void => {
    const { atMs, task } = timer ?? { atMs: Infinity, task: () => undefined };
    if (atMs <= nowMs + ms) {
      timer = null;
      task();
    }
    nowMs += ms;
  };
  for (const [afterMs, key] of keys) {
    pass(afterMs);
    ringing.keyed(key, heard);
  }
  pass(restMs);
  const isUnderWay = ringing.isUnderWay();
  return { entries, isUnderWay, ...ringing.stop() };
}

it.each([
  [
    'at once',
    [
      [0, '9'],
      [100, '1'],
      [100, '1'],
    ],
    ['911'],
  ],
  [
    'with #',
    [
      [0, '9'],
      [100, '1'],
      [100, '1'],
      [50, '#'],
    ],
    ['911'],
  ],
  [
    'slowly',
    [
      [0, '9'],
      [1_500, '1'],
      [1_500, '1'],
    ],
    ['9', '91', '911'],
  ],
  [
    'after something else',
    [
      [0, '4'],
      [100, '2'],
      [100, '#'],
      [100, '9'],
      [100, '1'],
      [100, '1'],
    ],
    ['42', '911'],
  ],
  [
    'after a rest',
    [
      [0, '4'],
      [6_000, '9'],
      [100, '1'],
      [100, '1'],
    ],
    ['4', '911'],
  ],
  [
    'with more digits',
    [
      [0, '9'],
      [100, '1'],
      [100, '1'],
      [100, '5'],
    ],
    ['9115'],
  ],
] as const)('911 keyed %s', (_how, keys, entries) => {
  expect(keyed(keys, false)).toMatchObject({ entries });
});

it('answers to one question of the far end after another are no number', () => {
  const answers = [
    [0, '9'],
    [1_200, '1'],
    [1_200, '1'],
  ] as const;
  expect(keyed(answers, true).entries).toEqual(['9', '1', '1']);
});

it('what the far end has not heard is left for it, and an entry that may go on for whatever is said next', () => {
  expect(
    keyed(
      [
        [0, '4'],
        [100, '9'],
        [100, '1'],
      ],
      false,
      100,
    ),
  ).toEqual({ entries: [], isUnderWay: true, unheard: '491', begun: '491' });
  expect(
    keyed(
      [
        [0, '4'],
        [100, '#'],
        [100, '9'],
        [100, '1'],
      ],
      true,
      100,
    ),
  ).toMatchObject({ unheard: '', begun: '91' });
  expect(
    keyed(
      [
        [0, '9'],
        [100, '1'],
      ],
      false,
    ),
  ).toMatchObject({ unheard: '91', begun: '' });
});

it('keys without end are told of on the way', () => {
  const { entries, isUnderWay } = keyed(
    Array.from({ length: 70 }, () => [100, '5'] as const),
    false,
    0,
  );
  expect(entries).toEqual(Array.from({ length: 6 }, () => '5'.repeat(64)));
  expect(isUnderWay).toBe(false);
});
