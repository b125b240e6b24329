import { describe, expect, it } from '@jest/globals';
import { createGoingOn } from '../../src/call/going-on.ts';
import type { CallEffect } from '../../src/call/machine/events.ts';
import type { CallState } from '../../src/call/state.ts';

/** Time that passes where the test says so. */
function clockOf() {
  let nowMs = 0;
  let planned: { atMs: number; run: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    after(ms: number, run: () => void) {
      const one = { atMs: nowMs + ms, run };
      planned.push(one);
      return () => void (planned = planned.filter((other) => other !== one));
    },
    passTo(atMs: number): void {
      for (;;) {
        const [next] = planned.filter((one) => one.atMs <= atMs).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        planned = planned.filter((other) => other !== next);
        nowMs = next.atMs;
        next.run();
      }
      nowMs = atMs;
    },
  };
}

const state = (name: 'talking' | 'ended', longestTalkMs: number | null, mayGoOn: boolean): CallState =>
  (name === 'ended' ? { name } : { name, allowed: { longestTalkMs, mayGoOn } }) as CallState;

/** `shares`: what is to be had, one after the other, in seconds. */
function goingOn(shares: { longest: number; mayGoOn: boolean }[]) {
  const clock = clockOf();
  const told: string[] = [];
  const going = createGoingOn({
    ...{ callId: 'c', clock, warnMs: 20_000 },
    on: { talkUntil: (ms) => void told.push(`${clock.nowMs() / 1000} s: until ${(ms ?? 0) / 1000} s`) },
    limits: {
      extend() {
        const share = shares.shift();
        return share === undefined ? null : { longestMs: share.longest * 1000, mayGoOn: share.mayGoOn };
      },
    },
    reserved: () => void told.push('reserved'),
  });
  return { clock, told, going };
}

describe('a conversation that may go on', () => {
  it('asks for more in good time, again and again, until there is no more', () => {
    const { clock, told, going } = goingOn([
      { longest: 1200, mayGoOn: true },
      { longest: 1500, mayGoOn: false },
    ]);
    going.follow(state('talking', 600_000, true), []);
    clock.passTo(3_000_000);
    expect(told).toEqual(['570 s: until 1200 s', 'reserved', '1170 s: until 1500 s', 'reserved']);
  });

  it('asks half-way where there is little time', () => {
    const { clock, told, going } = goingOn([{ longest: 50, mayGoOn: false }]);
    going.follow(state('talking', 40_000, true), []);
    clock.passTo(60_000);
    expect(told).toEqual(['20 s: until 50 s', 'reserved']);
  });

  it('ends when nothing is left, and asks no more when it is over', () => {
    const nothing = goingOn([]);
    nothing.going.follow(state('talking', 600_000, true), []);
    nothing.clock.passTo(3_000_000);
    const over = goingOn([{ longest: 1200, mayGoOn: true }]);
    over.going.follow(state('talking', 600_000, true), []);
    over.clock.passTo(100_000);
    over.going.follow(state('ended', null, false), []);
    over.clock.passTo(3_000_000);
    expect([...nothing.told, ...over.told]).toEqual([]);
  });

  it('takes all that there is when it is left to the switch', () => {
    const { told, going } = goingOn([
      { longest: 1200, mayGoOn: true },
      { longest: 1500, mayGoOn: false },
    ]);
    going.follow(state('talking', 600_000, true), []);
    going.follow(state('ended', null, false), [{ type: 'record-leave', answeredAtMs: 0 } satisfies CallEffect]);
    expect(told).toEqual(['0 s: until 1200 s', 'reserved', '0 s: until 1500 s', 'reserved']);
  });

  it('that has no limit asks for nothing', () => {
    const { clock, told, going } = goingOn([{ longest: 1200, mayGoOn: true }]);
    going.follow(state('talking', null, false), []);
    clock.passTo(3_000_000);
    expect(told).toEqual([]);
  });
});
