import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from '@jest/globals';
import { newDatabase } from '../../support/new-database.ts';
import { openLocalStore } from '../../../src/store/sqlite/store.ts';
import type { LocalStore } from '../../../src/store/sqlite/store.ts';

type Options = Partial<Parameters<typeof openLocalStore>[0]>;

/** Names of files, and stores on them; both are gone after the test, however it ended. */
export function temporaryStores(): { aFile: () => string; open: (options?: Options) => Promise<LocalStore> } {
  const folders: string[] = [];
  const stores: LocalStore[] = [];
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  const aFile = () => {
    const folder = mkdtempSync(join(tmpdir(), 'billing-store-'));
    folders.push(folder);
    return join(folder, 'data', 'store.db');
  };
  return {
    aFile,
    open: async (options = {}) => {
      const { file = aFile() } = options;
      // Whoever put something there means it.
      if (!existsSync(dirname(file))) newDatabase(file);
      const store = await openLocalStore({ ...options, file });
      stores.push(store);
      return store;
    },
  };
}
