// What a test gets for `fast-check`: it makes the cases of BILLING_TEST_SEED, as all that is random in the tests. Loaded by those suites
// alone that import it, and by its file: its name is this one.
const fastCheck = require('../../node_modules/fast-check/lib/cjs/fast-check.js');
fastCheck.configureGlobal({ seed: Number(process.env.BILLING_TEST_SEED) });
module.exports = fastCheck;
