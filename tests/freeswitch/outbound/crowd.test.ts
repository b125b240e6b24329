import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { createCrowd } from '../../../src/freeswitch/outbound/crowd.ts';

function greeting() {
  let nowMs = 0;
  const crowd = createCrowd(() => nowMs);
  const greeted: number[] = [];
  return {
    crowd,
    greeted,
    accept: (peer: number) => crowd.accepted(() => greeted.push(peer)),
    pass: (ms: number) => (nowMs += ms),
  };
}

it('greets a connection at once, and others that come now and then', async () => {
  const { crowd, greeted, accept } = greeting();
  for (let peer = 0; peer < 5; peer += 1) {
    accept(peer);
    expect(greeted.at(-1)).toBe(peer);
    expect(crowd.isThere()).toBe(false);
    await nextTurn();
    await nextTurn();
  }
});

it('greets the last first where one comes in each turn, once a turn has brought none, some each turn, everybody once', async () => {
  const { crowd, greeted, accept } = greeting();
  const peers = Array.from({ length: 100 }, (_, peer) => peer);
  for (const peer of peers) {
    accept(peer);
    await nextTurn();
  }
  expect(crowd.isThere()).toBe(true);
  const before = [...greeted];
  expect(before).toEqual(peers.slice(0, before.length));
  expect(before.length).toBeLessThan(4);
  await nextTurn();
  expect(crowd.isThere()).toBe(false);
  const after = greeted.slice(before.length);
  expect(after).toEqual(peers.slice(-after.length).toReversed());
  expect(after.length).toBeLessThanOrEqual(5);
  for (let turn = 0; turn < 25; turn += 1) await nextTurn();
  expect(greeted.toSorted((a, b) => a - b)).toEqual(peers);
});

it('takes a crowd that does not end for the usual thing', async () => {
  const { crowd, greeted, accept, pass } = greeting();
  for (let peer = 0; peer < 50; peer += 1) {
    accept(peer);
    pass(10);
    await nextTurn();
  }
  expect(crowd.isThere()).toBe(false);
  expect(greeted.length).toBeGreaterThan(40);
  accept(50);
  expect(greeted.at(-1)).toBe(50);
});
