import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { startTestController } from '../support/controller.ts';
import { run } from './run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-unlinked-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('is told of by commands and controllers that no SQL Server was configured for', async () => {
  const add = (code: string) => run(['accounts', 'add', '--code', code, '--name', code], { BILLING_DATA_DIR: folder });
  expect(await add('1001')).toMatchObject({ code: 0, stderr: '' });
  const store = await openLocalStore({ file: join(folder, 'billing-codes.db') });
  await store.noteSource({ databaseId: 'a', historyId: 'b' });
  await store.close();
  const warning = /is a copy of SQL Server, which is not configured .* lost once .* move-to-embedded/;
  expect(await add('1002')).toMatchObject({ code: 0, stderr: expect.stringMatching(warning) });
  const controller = await startTestController({ 'data.dir': folder });
  try {
    expect(controller.logged()).toMatch(warning);
  } finally {
    await controller.dispose();
  }
});
