import { entryModes } from '../../src/words/entry-mode.ts';
import type { CallRecord } from '../../src/words/call-record.ts';
import { randomFrom } from '../support/random.ts';
import { call } from './site.ts';

type OneOf<T> = readonly [T, ...T[]];

export type RandomCalls = {
  count: number;
  seed: number;
  accounts: OneOf<Partial<CallRecord>>;
  /** Beside `numbers`. */
  furtherNumbers?: readonly Partial<CallRecord>[];
  firstMs: number;
  /** A call starts so many steps after `firstMs`, and off by one of `offsMs`. */
  steps: number;
  stepMs: number;
  offsMs: OneOf<number>;
};

const numbers: OneOf<Partial<CallRecord>> = [
  { calledE164: '+18016424655', callType: 'national' },
  { calledE164: '+12125550100', callType: 'national' },
  { calledE164: '+4930123456', callType: 'international' },
  { calledE164: '+442079460000', callType: 'international' },
  { calledE164: null, calledNumber: '101', callType: 'internal' },
];

/** Calls that are over, of the site that `furnish` furnishes; the same ones for the same seed. */
export function randomCalls(options: RandomCalls): CallRecord[] {
  const { count, seed, accounts, furtherNumbers = [], firstMs, steps, stepMs, offsMs } = options;
  const below = randomFrom(seed);
  const oneOf = <T>(items: OneOf<T>): T => items[below(items.length)] ?? items[0];
  return Array.from({ length: count }, (_, at) => {
    const end = oneOf<Partial<CallRecord>>([
      { billableMs: 1 + below(900_000) },
      { billableMs: 1 + below(90_000) },
      { outcome: 'busy' },
      { outcome: 'refused', reason: oneOf(['number-blocked', 'code-unknown']) },
      { outcome: 'abandoned', reason: 'no-digits' },
    ]);
    return call(`call-${String(at).padStart(6, '0')}`, firstMs + below(steps) * stepMs + oneOf(offsMs), {
      ...oneOf(accounts),
      ...oneOf([...numbers, ...furtherNumbers]),
      ...end,
      extension: oneOf(['201', '202', '203']),
      entry: oneOf([...entryModes]),
      gateway: oneOf([null, 'carrier', 'backup']),
      authorizedBy: oneOf([null, 'Anna', 'Boris']),
    });
  });
}
