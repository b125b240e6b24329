import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { environmentNameOf, settings } from '../../src/config/keys.ts';

const root = join(import.meta.dirname, '..', '..');
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const workflows = globSync('.github/workflows/*.yml', { cwd: root });

describe('image, compose file and workflows', () => {
  it.each(['Dockerfile', 'compose.yaml', ...workflows])('of %s name settings that exist', (file) => {
    const known = new Set(settings().map(({ key }) => environmentNameOf(key)));
    const named = [...textOf(file).matchAll(/\b(BILLING_[A-Z0-9_]+)\b/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !known.has(name) && !/^BILLING_(TEST_|CONFIG$)/.test(name))).toEqual([]);
  });

  it('copy into the image what is there, and all that the program reads', () => {
    const copied = [...textOf('Dockerfile').matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(copied.filter((name) => !existsSync(join(root, name)))).toEqual([]);
    expect(copied).toEqual(expect.arrayContaining(['src', 'sql', 'freeswitch-conf', 'packages', 'package-lock.json']));
  });

  it.each(workflows)('of %s run scripts that exist', (file) => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const run = [...textOf(file).matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
    const files = [...textOf(file).matchAll(/(?:scripts|tests)\/[\w/.-]+\.(?:ts|mjs|sh)/g)].map(([name]) => name);
    expect(files.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });
});
