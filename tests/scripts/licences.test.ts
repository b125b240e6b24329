import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAllowed, licenceText, objections, shippedPackages } from '../../scripts/licences/packages.ts';

const root = join(import.meta.dirname, '..', '..');

describe('what the program comes with', () => {
  it('is under licences that allow it, each of which is in THIRD-PARTY-LICENCES', () => {
    const packages = shippedPackages(root);
    expect(packages.length).toBeGreaterThan(80);
    expect(objections(packages)).toEqual([]);
    const text = licenceText(packages);
    for (const { name, version } of packages) expect(text).toContain(`\n${name} ${version}: `);
    // What is for development alone is not shipped.
    expect(packages.map(({ name }) => name)).not.toContain('typescript');
  });
});

describe('a package', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'billing-codes-licences-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function withPackage(manifest: object, locked: object = {}) {
    const at = join(folder, 'node_modules', 'one');
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'package.json'), JSON.stringify({ name: 'one', version: '1.2.3', ...manifest }));
    writeFileSync(join(at, 'LICENSE.md'), 'Do as you like.');
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({
        packages: { '': {}, 'node_modules/one': locked, 'node_modules/for-others': { optional: true } },
      }),
    );
    return shippedPackages(folder);
  }

  it.each([
    {},
    { license: '' },
    { license: 'UNLICENSED' },
    { license: 'SEE LICENSE IN LICENSE.md' },
    { license: 'AGPL-3.0-only' },
    { license: 'MIT AND GPL-3.0-only' },
    { licenses: [{ type: 'SSPL-1.0' }] },
  ])('is refused by name with %j', (manifest) => {
    expect(objections(withPackage(manifest))).toEqual([expect.stringContaining('one 1.2.3')]);
  });

  it.each([
    { license: 'MIT' },
    { license: '(MIT OR GPL-3.0-only)' },
    { license: 'MIT AND Zlib' },
    { licenses: [{ type: 'ISC' }] },
    { license: { type: 'BSD-3-Clause' } },
  ])('passes with %j, and its text is kept', (manifest) => {
    const packages = withPackage(manifest);
    expect(objections(packages)).toEqual([]);
    expect(licenceText(packages)).toContain('Do as you like.');
  });

  it('of development may have any', () => {
    expect(withPackage({ license: 'AGPL-3.0-only' }, { dev: true })).toEqual([]);
    expect(isAllowed('GPL-2.0-only OR AGPL-3.0-only')).toBe(false);
  });
});
