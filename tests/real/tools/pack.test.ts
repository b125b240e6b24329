import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runTool } from './tool.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const from = 'it comes with Node';

let folder: string;
let installed: string;
beforeAll(() => {
  folder = mkdtempSync('/var/tmp/billing-codes-pack-');
  expect(runTool('npm', ['pack', '--pack-destination', folder], { from, cwd: root })).toMatchObject({ code: 0 });
  const [tarball = ''] = globSync(join(folder, '*.tgz'));
  const prefix = join(folder, 'prefix');
  const done = runTool('npm', ['install', '-g', '--prefix', prefix, '--no-audit', '--no-fund', tarball], { from });
  expect(done).toMatchObject({ code: 0 });
  installed = join(prefix, 'lib', 'node_modules', 'billing-codes');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const billingCodes = (...args: string[]) =>
  runTool(join(folder, 'prefix', 'bin', 'billing-codes'), args, { from: 'npm install -g', cwd: tmpdir() });

describe('npm pack, and npm install -g of what it made', () => {
  it('serves calls', () => {
    const { code, output } = billingCodes('demo');
    expect(output).toMatch(/^11 .*abandoned/m);
    expect(code).toBe(0);
  });

  it('knows each command, and has all that it reads besides programs', () => {
    const names = [...billingCodes('help').output.matchAll(/^ {2}(\S+)/gm)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) expect([name, billingCodes(name, '--help').code]).toEqual([name, 0]);
    const read = (pattern: string) => globSync(pattern, { cwd: root }).sort();
    for (const pattern of [
      'sql/**/*.sql',
      'src/**/*.{json,ttf}',
      'freeswitch-conf/**/*.{xml,wav,json}',
      'docs/**/*.md',
    ]) {
      expect(globSync(pattern, { cwd: installed }).sort()).toEqual(read(pattern));
    }
  });

  it('has no test, no TypeScript and nothing of a developer in it', () => {
    const own = globSync('**/*', { cwd: installed, exclude: ['node_modules/**'] });
    expect(own.filter((name) => /\.ts$|^tests|jest|eslint|^data/.test(name))).toEqual([]);
    // What was compiled for the package is gone again.
    expect(globSync('src/**/*.js', { cwd: root, exclude: ['src/web/assets/**'] })).toEqual([]);
    const lock = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { version: string };
    expect(billingCodes('--version').output).toBe(`${lock.version}\n`);
  });
});
