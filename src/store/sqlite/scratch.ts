import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RatesWorkshop } from '../ports/rates-workshop.ts';
import { openLocalStore } from './store.ts';

/** A local store in a file of its own among the temporary ones, which goes when it is closed. Rejects with a `StoreError`. */
export async function openScratchStore(): Promise<RatesWorkshop> {
  const folder = await mkdtemp(join(tmpdir(), 'billing-codes-rates-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const store = await openLocalStore({ file: join(folder, 'rates.db') });
    return { ...store, close: () => store.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
