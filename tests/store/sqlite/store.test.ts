import { existsSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { storeContract } from '../contract.ts';
import { anAccount, closedRecord, openRecord, plainAccount } from '../records.ts';
import { temporaryStores } from './temporary.ts';

const { aFile, open } = temporaryStores();

storeContract('SQLite', async () => {
  const store = await open();
  return { store, dispose: () => store.close() };
});

describe('the local store', () => {
  it('is a single file after closing, readable only by its owner', async () => {
    const file = aFile();
    const store = await open({ file });
    await store.save(openRecord('a'));
    await store.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('has everything when opened again', async () => {
    const file = aFile();
    const first = await open({ file });
    const account = await first.addAccount(anAccount);
    await first.save(closedRecord('a'));
    await first.close();
    const second = await open({ file });
    expect(await second.findAccountByCode(anAccount.code)).toEqual(account);
    expect(await second.findCallRecord('a')).toEqual(closedRecord('a'));
    await second.close();
  });

  it('shows what another process committed in its next lookup', async () => {
    const file = aFile();
    const controller = await open({ file });
    const cli = await open({ file });
    await cli.addAccount(plainAccount('1'));
    expect((await controller.findAccountByCode('1'))?.enabled).toBe(true);
    await cli.updateAccount('1', { enabled: false });
    expect((await controller.findAccountByCode('1'))?.enabled).toBe(false);
    await cli.close();
    await controller.save(openRecord('a'));
    await controller.close();
  });

  it('can be created by two openers at once', async () => {
    const file = aFile();
    const stores = await Promise.all([open({ file }), open({ file })]);
    await Promise.all(stores.map((store, index) => store.save(openRecord(String(index)))));
    expect(await stores[0].listCallRecords()).toHaveLength(2);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('commits simultaneous saves in groups: far fewer transactions than records', async () => {
    const store = await open();
    await Promise.all(Array.from({ length: 1000 }, (_, index) => store.save(openRecord(`call-${index}`))));
    const { saved, commits } = store.stats();
    expect(saved).toBe(1000);
    expect(commits).toBeLessThanOrEqual(10);
    expect(await store.listCallRecords()).toHaveLength(1000);
  });

  it('groups saves of many turns of the event loop that arrive while a commit runs', async () => {
    const store = await open();
    const saves: Promise<unknown>[] = [];
    for (let turn = 0; turn < 500; turn += 1) {
      saves.push(store.save(openRecord(`call-${turn}`)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(saves);
    expect(store.stats().saved).toBe(500);
    expect(store.stats().commits).toBeLessThan(400);
  });

  it('lets a record for which no call waits share the next transaction, but not wait for long', async () => {
    const store = await open();
    const arrivals = Array.from({ length: 5 }, (_, at) => store.save(openRecord(`arrived-${at}`), 'soon'));
    await store.save(openRecord('waited-for'));
    expect(store.stats()).toMatchObject({ saved: 6, commits: 1 });
    await Promise.all(arrivals);
    await store.save(openRecord('alone'), 'soon');
    expect(store.stats()).toMatchObject({ saved: 7, commits: 2 });
    const left = store.save(openRecord('at-the-end'), 'soon');
    await store.close();
    await left;
  });

  it('commits the records saved with an impossible one in one transaction all the same', async () => {
    const store = await open();
    const records = Array.from({ length: 100 }, (_, index) =>
      openRecord(`call-${index}`, index === 50 ? { startedAtMs: Number.NaN } : {}),
    );
    const saves = await Promise.allSettled(records.map((record) => store.save(record)));
    expect(saves.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(store.stats()).toMatchObject({ saved: 99, commits: 1 });
  });

  it('refuses a value that is not of the type of its column, whatever the group', async () => {
    const store = await open();
    const saves = await Promise.allSettled([
      store.save(openRecord('half', { startedAtMs: 0.5 })),
      store.save(openRecord('nan', { startedAtMs: Number.NaN })),
      store.save(openRecord('good')),
    ]);
    expect(saves.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  it.each([
    ['a text file', (file: string) => writeFileSync(file, 'not a database, but longer than its header '.repeat(100))],
    ['a database of another program', (file: string) => new Database(file).exec('CREATE TABLE t (a)').close()],
  ])('refuses %s with one line and leaves it as it was', async (_what, make) => {
    const file = aFile();
    await mkdir(dirname(file));
    make(file);
    const before = statSync(file);
    const opening = open({ file });
    await expect(opening).rejects.toMatchObject({
      name: 'StoreError',
      code: expect.stringMatching(/^(unavailable|damaged)$/),
    });
    await expect(opening).rejects.toThrow(/^[^\n]*store\.db[^\n]*choose another file or data folder[^\n]*$/);
    expect(statSync(file).size).toBe(before.size);
    expect(statSync(file).mtimeMs).toBe(before.mtimeMs);
  });

  it('refuses a folder that cannot be created, with one line', async () => {
    const file = aFile();
    writeFileSync(dirname(file), 'a file where the folder should be');
    await expect(open({ file })).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
  });
});
