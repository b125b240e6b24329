import Database from 'better-sqlite3';
import { describe, expect, it } from '@jest/globals';
import type { DatabaseIdentity } from '../../../src/store/ports/copy-store.ts';
import { readCarried } from '../../../src/store/sqlite/carrying/read.ts';
import { openRecord, plainAccount } from '../records.ts';
import { temporaryStores } from './temporary.ts';

const { aFile, open } = temporaryStores();
const source: DatabaseIdentity = { databaseId: 'd', historyId: 'h' };
const mark = { beat: 1, sentUpTo: 0, directory: null, rates: null };

describe('what SQL Server took', () => {
  it('is kept, and is put into the outbox again where a restore lost it', async () => {
    const store = await open();
    await store.enableOutbox();
    for (const callId of ['a', 'b', 'c']) await store.save(openRecord(callId));
    const { upTo } = await store.readOutbox(2);
    await store.settleOutbox(upTo ?? 0, []);
    expect(await store.sentUpTo()).toBe(upTo);
    await store.beginAgain(source, mark);
    expect(await store.pendingResend()).toMatchObject({ after: 0, upTo, lostAfter: 0 });
    const sent = await store.sentCalls(0, upTo ?? 0, 10);
    expect(sent.map(({ callId }) => callId)).toEqual(['a', 'b']);
    await store.resend(['a'], null);
    expect((await store.readOutbox(10)).entries.map(({ record }) => record.callId)).toEqual(['c', 'a']);
    expect(await store.pendingResend()).toBeNull();
  });

  it('leaves the list of what was refused once it is taken', async () => {
    const store = await open();
    await store.enableOutbox();
    for (const callId of ['a', 'b']) await store.save(openRecord(callId));
    const first = await store.readOutbox(10);
    await store.settleOutbox(first.upTo ?? 0, [
      { callId: 'a', reason: 'too long', atMs: 5 },
      { callId: 'b', reason: 'too short', atMs: 6 },
    ]);
    expect((await store.listSetAside()).map(({ callId }) => callId)).toEqual(['b', 'a']);
    expect(await store.resendSetAside(['a', 'nobody'])).toBe(1);
    const again = await store.readOutbox(10);
    expect(again.entries.map(({ record }) => record.callId)).toEqual(['a']);
    await store.settleOutbox(again.upTo ?? 0, []);
    expect(await store.listSetAside()).toEqual([{ callId: 'b', reason: 'too short', atMs: 6 }]);
  });
});

describe('a directory that becomes the copy of a database with other ids', () => {
  it('gets those ids, and records from before are sent with them', async () => {
    const file = aFile();
    const store = await open({ file });
    const smith = await store.addAccount({ ...plainAccount('1', 'Smith'), department: 'Legal' });
    const jones = await store.addAccount({ ...plainAccount('2', 'Jones'), department: 'Legal' });
    const made = { accountId: smith.id, accountName: 'Smith', departmentId: smith.departmentId, extensionId: 77 };
    await store.save(openRecord('before', made));
    const carried = readCarried(file);
    const digest = carried.digest();
    const formerIds = [
      // Each gets the other's id.
      { kind: 'account', id: smith.id, newId: jones.id },
      { kind: 'account', id: jones.id, newId: smith.id },
      { kind: 'department', id: smith.departmentId ?? 0, newId: 40 },
      { kind: 'extension', id: 77, newId: null },
    ] as const;
    await store.updateAccount('2', { enabled: false });
    expect(await store.switchSource({ source, digest, formerIds })).toBe(false);
    expect((await store.copyOrigin()).source).toBeNull();
    while (await store.queueRecords(10));
    expect(await store.switchSource({ source, digest: carried.digest(), formerIds })).toBe(true);
    carried.close();
    expect((await store.copyOrigin()).source).toEqual(source);
    expect(await store.findAccountByCode('1')).toMatchObject({ id: jones.id, name: 'Smith', departmentId: 40 });
    expect(await store.listDepartments()).toMatchObject([{ id: 40, name: 'Legal' }]);
    await store.save(openRecord('after', { accountId: jones.id, accountName: 'Smith', departmentId: 40 }));
    const [before, after] = (await store.readOutbox(10)).entries;
    expect(before?.record).toMatchObject({
      ...{ callId: 'before', accountId: jones.id, departmentId: 40, extensionId: null },
    });
    expect(after?.record).toMatchObject({ callId: 'after', accountId: jones.id, departmentId: 40 });
    const db = new Database(file, { readonly: true });
    expect(db.pragma('foreign_key_check')).toEqual([]);
    db.close();
  });
});
