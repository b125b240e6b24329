import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openReplica } from '../../../src/store/sqlite/replication/replica.ts';
import { openRecord, plainAccount } from '../records.ts';
import { temporaryStores } from './temporary.ts';

const { open, aFile } = temporaryStores();
const thread = join(import.meta.dirname, 'dying-writer.ts');

const batch = (position: string | null) => ({
  ...{ departments: [], accounts: [], extensions: [], destinations: [], removed: [], complete: [], position },
});

describe("the writer's thread", () => {
  it('writes for another thread of the process, and tells it when it dies', async () => {
    const file = aFile();
    const store = await open({ file, thread });
    const replica = openReplica(file, store.shareWriter());
    await replica.applyDirectory(batch('first'));
    expect([await replica.directoryPosition(), await store.directoryPosition()]).toEqual(['first', 'first']);
    // A wrong row is an answer too.
    const wrong = replica.settleOutbox(1, [{ callId: 'x', reason: 'y', atMs: 0.5 }]);
    await expect(wrong).rejects.toMatchObject({ name: 'StoreError', code: 'invalid' });
    await Promise.allSettled([store.save(openRecord('die')), replica.gone]);
    await expect(replica.applyDirectory(batch('second'))).rejects.toMatchObject({ code: 'unavailable' });
    replica.close();

    const next = openReplica(file, store.shareWriter());
    await next.applyDirectory(batch('third'));
    expect(store.stats().threads).toBe(2);
    expect(await store.directoryPosition()).toBe('third');
    next.close();
  });

  it('rejects what it had not confirmed when it dies, and another one takes over', async () => {
    const store = await open({ thread });
    await store.save(openRecord('before'));
    const dying = await Promise.allSettled([
      store.save(openRecord('die')),
      store.save(openRecord('beside')),
      store.addAccount(plainAccount('1')),
    ]);
    for (const result of dying) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'StoreError', code: 'unavailable' } });
      expect(result).toMatchObject({ reason: { message: expect.stringMatching(/died \(exit code 7\).*write again/) } });
    }
    await store.save(openRecord('after'));
    expect((await store.addAccount(plainAccount('2'))).code).toBe('2');
    expect(store.stats().threads).toBe(2);
    const ids = (await store.listCallRecords()).map(({ callId }) => callId);
    expect(ids).toEqual(expect.arrayContaining(['before', 'after']));
  });

  it('closes although it died in the meantime', async () => {
    const store = await open({ thread });
    const dying = store.save(openRecord('die'));
    const closing = store.close();
    await expect(dying).rejects.toMatchObject({ code: 'unavailable' });
    await closing;
  });

  it('leaves one clear error where its program cannot run', async () => {
    const opening = open({ thread: join(import.meta.dirname, 'no-such-program.ts') });
    await expect(opening).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
  });
});
