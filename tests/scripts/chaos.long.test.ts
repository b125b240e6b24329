import { describe, expect, it } from '@jest/globals';
import { crashAt } from '../../scripts/chaos/crash-points.ts';
import { runChaos } from '../../scripts/chaos/run.ts';

describe('npm run chaos', () => {
  it('finds a record of every call in a short run, whatever crashed around it', async () => {
    const { wrong, exact, faults } = await runChaos({
      calls: 200,
      seed: 1,
      rate: 25,
      keep: false,
      sqlserver: false,
      log: () => undefined,
    });
    expect(wrong).toEqual([]);
    expect(exact).toBeGreaterThan(20);
    expect(Object.keys(faults).length).toBeGreaterThan(0);
  }, 300_000);
});

describe('a controller killed at a write to its database', () => {
  // All of them: npm run chaos -- --crash-points
  it.each([0, 5, 11])(
    'the one with number %i: all invariants hold after a restart',
    async (write) => {
      const point = await crashAt(write);
      if (point !== null) expect(point).toEqual({ write, died: true, wrong: [] });
    },
    120_000,
  );
});
