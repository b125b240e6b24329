import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { run } from '../cli/run.ts';

let base: string;
let data: string;
/** Of the service; of whoever runs this test, where that is not root, who alone can give files away. */
let owner: number;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'billing-codes-owner-'));
  data = join(base, 'data');
  mkdirSync(data);
  owner = process.getuid?.() === 0 ? 23_456 : statSync(base).uid;
  chownSync(data, owner, statSync(data).gid);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const ownersIn = (folder: string): Record<string, number> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(({ name }) => name !== 'controller.lock')
      .map((one) => [one.name, statSync(join(one.parentPath, one.name)).uid]),
  );

it('what an administrator’s commands make in the service’s folder is the service’s', async () => {
  const env = { BILLING_DATA_DIR: data };
  expect((await run(['accounts', 'add', '--code', '12345', '--name', 'Smith & Co'], env)).code).toBe(0);
  expect((await run(['backup'], env)).code).toBe(0);
  expect((await run(['backup', join(data, 'friday.db')], env)).code).toBe(0);
  const owners = ownersIn(data);
  expect(Object.keys(owners)).toEqual(expect.arrayContaining(['billing-codes.db', 'backups', 'friday.db']));
  expect(new Set(Object.values(owners))).toEqual(new Set([owner]));
});
