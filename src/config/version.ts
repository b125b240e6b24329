import { readFileSync } from 'node:fs';
import { join } from 'node:path';

let known: string | null = null;

/** Of this program, as in package.json. */
export function programVersion(): string {
  const file = join(import.meta.dirname, '..', '..', 'package.json');
  return (known ??= (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version);
}
