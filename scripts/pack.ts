/**
 * For `npm pack`: `make` puts JavaScript beside each TypeScript file of src, and `clear` takes it away again. Node takes the types off
 * the sources as it loads them, but not of what is installed in a folder node_modules
 * (https://nodejs.org/api/typescript.html#type-stripping-in-dependencies).
 */
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const sources = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.d.ts'));
const made = (file: string): string => join(root, file.replace(/\.ts$/, '.js'));

/** Every text that ends in `.ts` names one of our files: an import, or the program of a thread. */
function javaScriptOf(file: string): string {
  const text = readFileSync(join(root, file), 'utf8');
  return stripTypeScriptTypes(text).replace(/\.ts(['"])/g, '.js$1');
}

const [what] = process.argv.slice(2);
if (what !== 'make' && what !== 'clear') throw new Error('usage: pack.ts make | clear');
for (const file of sources) {
  if (what === 'make') writeFileSync(made(file), javaScriptOf(file));
  else rmSync(made(file), { force: true });
}
