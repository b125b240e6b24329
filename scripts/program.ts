import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** The Node that the program runs with. */
export const runtime = join(root, 'node_modules', 'node', 'bin', 'node');
/** Started with the runtime, it is `billing-codes`. */
export const main = join(root, 'src', 'cli', 'main.ts');

/** Of this environment: where programs are, and what Node has compiled before, which halves the time of a short command. */
export function inherited(): Record<string, string> {
  const { PATH = '', NODE_COMPILE_CACHE: compiled } = process.env;
  return compiled === undefined ? { PATH } : { PATH, NODE_COMPILE_CACHE: compiled };
}
