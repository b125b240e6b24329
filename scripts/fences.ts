// Checks which folder imports which, and that there are no cycles: `node scripts/fences.ts [ROOT]`, a part of `npm test`.
import { dirname } from 'node:path';
import { findBreaches } from './fences/find-breaches.ts';
import { judge } from './fences/judge.ts';
import { notYet } from './fences/not-yet.ts';

const root = process.argv[2] ?? dirname(import.meta.dirname);
const problems = judge(await findBreaches(root, ['scripts', 'tests']), notYet);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
