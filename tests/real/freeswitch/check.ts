import { checkSite, MissingRequirement } from './requirements.ts';

/** Run before the suites: what is missing is said once, in one line. */
try {
  await checkSite(process.env);
} catch (error) {
  if (!(error instanceof MissingRequirement)) throw error;
  process.stderr.write(`test:freeswitch: ${error.message}\n`);
  process.exitCode = 1;
}
