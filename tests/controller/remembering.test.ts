import { describe, expect, it } from '@jest/globals';
import { remembering } from '../../src/controller/remembering.ts';
import { systemClock } from '../../src/words/clock.ts';
import type { Sums } from '../../src/controller/console-sums.ts';

type Summary = Awaited<ReturnType<Sums>>;
const asked = (fromMs: number) => ({ period: { fromMs, untilMs: fromMs + 1 }, groupings: [], filters: {} });

/** Sums that take so long, by a clock that stands still otherwise. */
function site(tookMs: number) {
  const state = { nowMs: 0, made: 0, tookMs, fails: false };
  const sums = remembering(
    async () => {
      await Promise.resolve();
      state.nowMs += state.tookMs;
      if (state.fails) throw new Error('disk');
      state.made += 1;
      return { lines: [], currencies: [String(state.made)] } as unknown as Summary;
    },
    { clock: { monotonicMs: () => state.nowMs, after: (ms, action) => systemClock.after(ms, action) } },
  );
  const of = async (fromMs = 0): Promise<string> => (await sums(asked(fromMs))).currencies[0] ?? '';
  return { state, of };
}

describe('remembering', () => {
  it('makes quick ones anew each time', async () => {
    const { of } = site(20);
    expect([await of(), await of()]).toEqual(['1', '2']);
  });

  it('shows a quick one as it was where it stands in line behind slow ones, and the new one once it is there', async () => {
    let [made, release] = [0, (): void => undefined];
    let line: Promise<void> = Promise.resolve();
    const remembered = remembering<string, number>(
      async () => {
        made += 1;
        const answer = made;
        await line;
        return answer;
      },
      { clock: systemClock },
    );
    expect(await remembered('today')).toBe(1);
    line = new Promise((resolve) => (release = resolve));
    expect(await remembered('today')).toBe(1);
    // The same one is under way: it is not made twice.
    expect([await remembered('today'), made]).toEqual([1, 2]);
    release();
    expect(await remembered('today')).toBe(2);
  });

  it('shows slow ones again, makes them anew beside that, and each by itself', async () => {
    const { state, of } = site(1_000);
    expect([await of(), await of(), await of(7)]).toEqual(['1', '1', '2']);
    state.nowMs += 20_000;
    expect(await of()).toBe('1');
    await new Promise(setImmediate);
    expect(await of()).toBe('3');
    state.nowMs += 600_001;
    expect(await of()).toBe('4');
  });

  it('counts those who ask at the same moment once, and remembers no failure', async () => {
    const { state, of } = site(1_000);
    expect(await Promise.all([of(), of(), of()])).toEqual(['1', '1', '1']);
    state.fails = true;
    state.nowMs += 600_001;
    await expect(of()).rejects.toThrow('disk');
    state.fails = false;
    expect(await of()).toBe('2');
  });
});
