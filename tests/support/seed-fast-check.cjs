// Where a seed is given, fast-check makes the same cases again; without one it prints the seed of those that fail. Other suites
// need not wait for fast-check to be loaded.
const given = process.env.BILLING_TEST_SEED;
if (given !== undefined) require('fast-check').configureGlobal({ seed: Number(given) });
