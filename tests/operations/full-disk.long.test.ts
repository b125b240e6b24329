import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDisk, diskShim, type Disk } from '../../scripts/chaos/disk.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { run } from '../cli/run.ts';
import { account } from '../support/controller.ts';

let folder: string;
let data: string;
let disk: Disk;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-full-disk-'));
  data = join(folder, 'data');
  const shim = diskShim(folder);
  if (shim === null) throw new Error('this test needs Linux and a C compiler (Debian: apt-get install gcc libc6-dev)');
  disk = createDisk(shim, folder, 'disk');
  const store = await openLocalStore({ file: join(data, 'billing-codes.db') });
  await store.addAccount(account('12345'));
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('on a disk that is full', () => {
  it('a backup says so in one line and leaves nothing behind; so does a restore, and the database stays', async () => {
    const env = { ...disk.env, BILLING_DATA_DIR: data };
    const backup = join(folder, 'whole.db');
    expect(await run(['backup', backup], env)).toMatchObject({ code: 0 });
    const file = join(data, 'billing-codes.db');
    const kept = join(folder, 'kept');
    copyFileSync(file, kept);
    disk.set('full');
    const to = join(data, 'other.db');
    expect(await run(['backup', to], env)).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: `billing-codes backup: No space left for ${to}: nothing was changed.\n`,
    });
    const restored = await run(['restore', backup], env);
    expect(restored).toMatchObject({ code: 1, stdout: '' });
    expect(restored.stderr).toMatch(/^billing-codes restore: No space left .*\n$/);
    disk.set('sound');
    expect(readdirSync(data).filter((name) => /other|restor|part/.test(name))).toEqual([]);
    expect(readFileSync(file).equals(readFileSync(kept))).toBe(true);
    expect(await run(['restore', backup], env)).toMatchObject({ code: 0 });
  });
});
