/** The seed of all that is random in a run of the tests (jest.config.js). */
export const seed = Number(process.env['BILLING_TEST_SEED']);

/** For a title or an error: how to have the same run again. */
export const seedText = `BILLING_TEST_SEED=${seed}`;

/**
 * So many random cases; BILLING_TEST_RUNS=10 makes ten times as many. `quick`: of what `npm run test:long` tries by the thousand, as many
 * as `npm test` does.
 */
export const runs = (count: number, quick = count): number => {
  const times = process.env['BILLING_TEST_RUNS'];
  return times === undefined ? quick : Math.ceil(count * Number(times));
};

// Taken once: Jest looks globals up through the test's context each time.
const { floor, imul } = Math;

/** Random whole numbers from a seed (mulberry32), so that a failing run can be repeated. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = imul(state ^ (state >>> 15), state | 1);
    t ^= t + imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return (below) => floor(next() * below);
}
