import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { run } from './run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-missing-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const readers = [
  ['privacy', 'apply'],
  ['privacy', 'erase', '--extension', '214', '--yes'],
  ['accounts', 'list'],
  ['accounts', 'export'],
  ['departments', 'show', 'Sales'],
  ['extensions', 'list'],
  ['rates', 'tables'],
  ['rates', 'rerate', '--from', '2026-01-01', '--to', '2026-02-01'],
  ['calls', 'uncoded'],
  ['ledger', 'verify'],
  ['locks', 'list'],
  ['alerts', 'list'],
  ['users', 'list'],
  ['users', 'add', 'anna', '--role', 'administrator'],
  ['explain', '12345', '8015550100'],
  ['report', 'summary'],
  ['report', 'deliveries', 'list'],
  ['reconcile', '--from', '2026-01-01', '--to', '2026-02-01', '--cdr-dir', tmpdir()],
  ['sqlserver', 'status'],
];

it('is made by no command that only reads or tidies up', async () => {
  const ran = await Promise.all(readers.map((args) => run(args, { BILLING_DATA_DIR: folder })));
  expect(readdirSync(folder)).toEqual([]);
  for (const [at, { code, stderr }] of ran.entries()) {
    const line = /^[^\n]*(?:does not exist|there is no database)[^\n]*\(data\.dir\)\n/;
    expect([readers[at], code === 0, stderr]).toEqual([readers[at], false, expect.stringMatching(line)]);
  }
  // Many programs at once, on whatever else the machine does.
}, 120_000);

it('is made by the first account', async () => {
  expect(
    await run(['accounts', 'add', '--code', '12345', '--name', 'Smith'], { BILLING_DATA_DIR: folder }),
  ).toMatchObject({ code: 0 });
  expect(existsSync(join(folder, 'billing-codes.db'))).toBe(true);
});
