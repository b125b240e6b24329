import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fences-'));
  for (const folder of ['scripts', 'tests']) mkdirSync(join(root, folder));
});
afterEach(() => rmSync(root, { recursive: true }));

/** What the check says of a project with these files, without what it says of its own list of known breaches. */
function check(files: Readonly<Record<string, string>>): readonly string[] {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { stderr } = spawnSync(process.execPath, [join(import.meta.dirname, '../../scripts/fences.ts'), root], {
    encoding: 'utf8',
  });
  return stderr.split('\n').filter((line) => line !== '' && !line.includes('no breach any more'));
}

const constant = 'export const it = 1;\n';

test('what the table allows is allowed: interior rooms, and any room for commands', () => {
  expect(
    check({
      'src/words/clock.ts': constant,
      'src/call/session.ts': "import { it } from '../words/clock.ts';\nexport const mine = it;\n",
      'src/cli/main.ts': "import { mine } from '../call/session.ts';\nexport const all = mine;\n",
    }),
  ).toEqual([]);
});

test('an import from the inside to the outside is a breach, of a type too', () => {
  const [line, ...more] = check({
    'src/store/sqlite/store.ts': 'export type Store = 1;\n',
    'src/call/other.ts': "import type { Store } from '../store/sqlite/store.ts';\nexport type Mine = Store;\n",
  });
  expect(line).toMatch(/^src\/call\/other\.ts → src\/store\/sqlite\/store\.ts: call may import words, /);
  expect(more).toEqual([]);
});

test('a room in a room is one of its own', () => {
  const lines = check({
    'src/store/moves.ts': "export { it } from './sqlite/store.ts';\n",
    'src/store/ports/store.ts': constant,
    'src/store/sqlite/store.ts': "export { it } from '../ports/store.ts';\n",
  });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^src\/store\/moves\.ts → src\/store\/sqlite\/store\.ts: store may import /);
});

test('the simulator imports nothing of the rest', () => {
  expect(
    check({ 'src/words/clock.ts': constant, 'src/simulator/clock.ts': "export { it } from '../words/clock.ts';\n" }),
  ).toEqual(['src/simulator/clock.ts → src/words/clock.ts: simulator may import no other room']);
});

test('a cycle is shown with its files, in one room and of types alone too', () => {
  const lines = check({
    'src/web/a.ts': "import type { B } from './b.ts';\nexport type A = B | 1;\n",
    'src/web/b.ts': "import type { A } from './a.ts';\nexport type B = A | 2;\n",
  });
  expect(lines).toContain('src/web/a.ts → src/web/b.ts: cycle: src/web/a.ts → src/web/b.ts → src/web/a.ts');
});

test('a rule that needs Node is a breach', () => {
  const [line] = check({ 'src/policy/a.ts': "export { readFileSync } from 'node:fs';\n" });
  expect(line).toBe('src/policy/a.ts → fs: policy is pure, no part of Node may be imported');
});

test('a library is known in its room alone', () => {
  const library = { 'node_modules/modesl/package.json': '{"main":"index.js"}', 'node_modules/modesl/index.js': '' };
  const lines = check({
    ...library,
    'src/freeswitch/a.ts': "export * from 'modesl';\n",
    'src/web/a.ts': "export * from 'modesl';\n",
  });
  expect(lines).toEqual(['src/web/a.ts → node_modules/modesl/index.js: only freeswitch may import modesl']);
});

test('a file outside the rooms of the table is a breach', () => {
  expect(check({ 'src/helpers/a.ts': constant, 'src/a.ts': constant })).toEqual([
    'src/a.ts: its folder is missing in the table (scripts/fences/rooms.ts)',
    'src/helpers/a.ts: its folder is missing in the table (scripts/fences/rooms.ts)',
  ]);
});
