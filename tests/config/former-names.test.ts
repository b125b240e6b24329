import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environmentNameOf, formerKeys, settings } from '../../src/config/keys.ts';
import { loadConfig, type ConfigSources } from '../../src/config/load.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: object): string {
  const path = join(folder, 'billing-codes.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

function load(sources: Partial<ConfigSources>): { settleMs: number; warnings: string[] } {
  const warnings: string[] = [];
  const config = loadConfig({ file: null, env: {}, flags: {}, warn: (line) => warnings.push(line), ...sources });
  return { settleMs: config.cdr.settleMs, warnings };
}

describe('a setting given by its former name', () => {
  it('is read from a file, a variable and a flag, with one line that names the new name', () => {
    const path = file({ cdr: { patienceMs: 100 } });
    expect(load({ file: path })).toEqual({
      settleMs: 100,
      warnings: [`"cdr.patienceMs" in ${path} is now called "cdr.settleMs"; the former name still works`],
    });
    expect(load({ env: { BILLING_CDR_PATIENCE_MS: '200' } })).toEqual({
      settleMs: 200,
      warnings: ['BILLING_CDR_PATIENCE_MS is now called BILLING_CDR_SETTLE_MS; the former name still works'],
    });
    expect(load({ flags: { 'cdr.patienceMs': '300' } })).toEqual({
      settleMs: 300,
      warnings: ['--cdr-patience-ms is now called --cdr-settle-ms; the former name still works'],
    });
  });

  it('gives way to a later source, whichever name that uses', () => {
    const path = file({ cdr: { settleMs: 100 } });
    expect(load({ file: path, env: { BILLING_CDR_PATIENCE_MS: '200' } }).settleMs).toBe(200);
    expect(load({ env: { BILLING_CDR_PATIENCE_MS: '200' }, flags: { 'cdr.settleMs': '300' } }).settleMs).toBe(300);
  });

  it('is refused where the same source gives the new name as well', () => {
    const both = { patienceMs: 100, settleMs: 200 };
    expect(() => load({ file: file({ cdr: both }) })).toThrow(
      /"cdr\.patienceMs" in .* is the former name of "cdr\.settleMs", which is given too: remove it/,
    );
    const env = { BILLING_CDR_PATIENCE_MS: '100', BILLING_CDR_SETTLE_MS: '200' };
    expect(() => load({ env })).toThrow(/^BILLING_CDR_PATIENCE_MS is the former name of BILLING_CDR_SETTLE_MS/);
  });

  it('is judged like the setting itself', () => {
    expect(() => load({ env: { BILLING_CDR_PATIENCE_MS: 'soon' } })).toThrow(
      /^"cdr\.settleMs" \(BILLING_CDR_PATIENCE_MS\) must be a whole number/,
    );
  });

  it('never shares a name with a present setting', () => {
    const present = settings().map(({ key }) => environmentNameOf(key));
    expect([...formerKeys().keys()].map(environmentNameOf).filter((name) => present.includes(name))).toEqual([]);
  });
});
