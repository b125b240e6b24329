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
  expect(limit.waitMs(['name c'])).toBe(0);
  // An office shares an address: it has twenty.
  expect(limit.waitMs(['address b'])).toBe(0);
  for (let tries = 0; tries < 6; tries += 1) limit.failed(['address b']);
  expect(limit.waitMs(['address b'])).toBe(2_000);
});

it('the right password, or an hour without a wrong one, forgets all', () => {
  const { limit, pass } = limitAt();
  for (let tries = 0; tries < 5; tries += 1) limit.failed(['name a', 'name b']);
  limit.succeeded(['name a']);
  expect(limit.waitMs(['name a'])).toBe(0);
  expect(limit.waitMs(['name b'])).toBeGreaterThan(0);
  pass(3_600_000);
  expect(limit.waitMs(['name b'])).toBe(0);
});

it('whoever makes up names forever fills no memory', () => {
  const { limit } = limitAt();
  for (let tries = 0; tries < 5; tries += 1) limit.failed(['name victim']);
  for (let at = 0; at < 30_000; at += 1) limit.failed([`name made up ${at}`, 'address a']);
  expect(limit.waitMs(['address a'])).toBeGreaterThan(0);
});
