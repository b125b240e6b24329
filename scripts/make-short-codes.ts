/**
 * Writes src/numbers/short-codes.ts from the short numbers of libphonenumber (npm google-libphonenumber, a development
 * dependency): `node scripts/run.mjs --file scripts/make-short-codes.ts`. A test says when it has to be run again.
 */
import { writeFileSync } from 'node:fs';
import { shortCodesSource } from './short-codes/source.ts';

writeFileSync(new URL('../src/numbers/short-codes.ts', import.meta.url), shortCodesSource());
