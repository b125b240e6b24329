import { expect, it } from '@jest/globals';
import { createSignInLimit } from '../../../src/web/access/sign-in-limit.ts';

function limitAt(): { limit: ReturnType<typeof createSignInLimit>; pass: (ms: number) => void } {
  let nowMs = 0;
  const limit = createSignInLimit({ monotonicMs: () => nowMs });
  return { limit, pass: (ms) => void (nowMs += ms) };
}

it('three tries are free, then each waits twice as long as the one before, up to a quarter of an hour', () => {
  const { limit, pass } = limitAt();
  const waits: number[] = [];
  for (let tries = 0; tries < 14; tries += 1) {
    waits.push(limit.waitMs(['name a']) / 1000);
    pass(limit.waitMs(['name a']));
    limit.failed(['name a', 'address b']);
  }
  expect(waits).toEqual([0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  expect(limit.waitMs(['address b'])).toBeGreaterThan(0);
  expect(limit.waitMs(['name c'])).toBe(0);
});

it('the right password, or an hour without a wrong one, forgets all', () => {
  const { limit, pass } = limitAt();
  for (let tries = 0; tries < 5; tries += 1) limit.failed(['a', 'b']);
  limit.succeeded(['a']);
  expect(limit.waitMs(['a'])).toBe(0);
  expect(limit.waitMs(['b'])).toBeGreaterThan(0);
  pass(3_600_000);
  expect(limit.waitMs(['b'])).toBe(0);
});

it('whoever makes up names forever fills no memory', () => {
  const { limit } = limitAt();
  for (let tries = 0; tries < 5; tries += 1) limit.failed(['victim']);
  for (let at = 0; at < 30_000; at += 1) limit.failed([`made up ${at}`, 'address']);
  expect(limit.waitMs(['address'])).toBeGreaterThan(0);
});
