import { afterEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { openRecord, plainAccount } from '../records.ts';
import { temporaryStores } from './temporary.ts';

let other: Database.Database | null = null;
afterEach(() => void other?.close());
const { aFile, open } = temporaryStores();

/** Opens a store with few more pages than an empty one has, and takes all that are free, as another program's files take a disk. */
async function openFull() {
  const maxPages = (await pagesOfEmptyStore()) + 20;
  const file = aFile();
  const store = await open({ file, maxPages });
  const filler = new Database(file);
  other = filler;
  filler.exec(`CREATE TABLE filler (bytes BLOB)`);
  while (Number(filler.pragma('page_count', { simple: true })) < maxPages) {
    filler.exec('INSERT INTO filler VALUES (zeroblob(4000))');
  }
  return {
    store,
    makeRoom: () => filler.exec('DROP TABLE filler'),
  };
}

async function pagesOfEmptyStore(): Promise<number> {
  const file = aFile();
  const store = await open({ file });
  await store.close();
  const db = new Database(file, { readonly: true });
  const pages = Number(db.pragma('page_count', { simple: true }));
  db.close();
  return pages;
}

/** Too big to fit beside what is on its page. */
const bigRecord = (callId: string) => openRecord(callId, { callerName: 'x'.repeat(3000) });

describe('a full disk', () => {
  it('makes saves fail with full, and they work again as soon as there is room', async () => {
    const { store, makeRoom } = await openFull();
    const saves = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => store.save(bigRecord(`full-${i}`))));
    const failed = saves.filter(({ status }) => status === 'rejected');
    expect(failed.length).toBeGreaterThan(0);
    for (const failure of failed) {
      expect(failure).toMatchObject({ reason: { name: 'StoreError', code: 'full' } });
      expect(failure).toMatchObject({
        reason: { message: expect.stringMatching(/^No space left to write .*store\.db/) },
      });
    }
    makeRoom();
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.save(bigRecord(`room-${i}`))));
    const kept = (await store.listCallRecords()).filter(({ callId }) => callId.startsWith('room-'));
    expect(kept).toHaveLength(20);
  });

  it('keeps what fits of a group, and exactly what was confirmed', async () => {
    const { store } = await openFull();
    await store.save(openRecord('known')).catch(() => null);
    const records = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? bigRecord : openRecord)(`call-${i}`));
    const saves = await Promise.allSettled(records.map((record) => store.save(record)));
    const saidSaved = records.filter((_, i) => saves[i]?.status === 'fulfilled').map(({ callId }) => callId);
    expect(saidSaved.length).toBeGreaterThan(0);
    expect(saidSaved.length).toBeLessThan(records.length);
    for (const { callId } of records) {
      expect((await store.findCallRecord(callId)) !== null).toBe(saidSaved.includes(callId));
    }
  });

  it('makes an import fail as a whole, while lookups go on', async () => {
    const { store, makeRoom } = await openFull();
    const inputs = Array.from({ length: 500 }, (_, i) => plainAccount(String(1000 + i)));
    await expect(store.importAccounts(inputs)).rejects.toMatchObject({ name: 'StoreError', code: 'full' });
    expect(await store.findAccountByCode('1000')).toBeNull();
    makeRoom();
    expect(await store.importAccounts(inputs)).toEqual({ added: 500, updated: 0 });
  });
});
