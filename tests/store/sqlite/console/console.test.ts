import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { openSharedStore, type SharedStore } from '../../../../src/store/sqlite/shared-store.ts';
import { openLocalStore, type LocalStore } from '../../../../src/store/sqlite/store.ts';
import { newUser } from '../../../../src/web/new-user.ts';
import type { NewAuditEntry } from '../../../../src/words/console.ts';

let store: LocalStore;
let shared: SharedStore;
let folder: string;
let file: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-console-'));
  file = join(folder, 'store.db');
  store = await openLocalStore({ file });
  shared = openSharedStore({ file, writer: store.shareWriter(), rules: { freeCallTypes: [], timeZone: 'UTC' } });
});
afterAll(async () => {
  shared.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const entry = (subject: string, more: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  ...{ atMs: 1_000, who: 'anna', address: '127.0.0.1', action: 'account-added', subject, before: null, after: null },
  ...more,
});

describe('users', () => {
  it('have names that are unique, whatever their case', async () => {
    await store.addUser(newUser('Anna', 1), entry('user Anna', { action: 'user-added' }));
    await expect(store.addUser(newUser('ANNA', 1), entry('again'))).rejects.toMatchObject({ code: 'duplicate' });
    expect((await store.findUser('anna'))?.name).toBe('Anna');
  });

  it('are changed in what is given, and keep the rest', async () => {
    const user = await store.findUser('anna');
    expect(await store.changeUser(user?.id ?? 0, { role: 'auditor' }, null)).toMatchObject({
      name: 'Anna',
      role: 'auditor',
    });
    expect(await store.changeUser(4711, { role: 'auditor' }, null)).toBeNull();
  });

  it('have sessions, which end one by one or all at once', async () => {
    const userId = (await store.findUser('anna'))?.id ?? 0;
    const session = (tokenHash: string, seenAtMs: number) => ({
      tokenHash,
      userId,
      method: 'password' as const,
      createdAtMs: 1,
      seenAtMs,
      address: '',
      agent: '',
    });
    for (const [token, seen] of [
      ['a', 10],
      ['b', 20],
      ['c', 30],
    ] as const)
      await store.openSession(session(token, seen), entry('in'));
    await store.seeSession('b', 40);
    expect((await store.listSessions(userId)).map(({ tokenHash }) => tokenHash)).toEqual(['b', 'c', 'a']);
    expect(await store.endSessions({ userId, tokenHash: 'b', idleSinceMs: 15 })).toBe(1);
    expect((await store.listSessions(userId)).map(({ tokenHash }) => tokenHash)).toEqual(['c']);
    expect(await store.endSessions({ userId, tokenHash: null, idleSinceMs: 0 })).toBe(1);
  });
});

describe('the audit trail', () => {
  it('has a line where the change was made, and none where it was refused', async () => {
    await shared.audited(entry('account One', { after: { name: 'One' } })).addAccount({ code: '1', name: 'One' });
    await expect(shared.audited(entry('account Again')).addAccount({ code: '1', name: 'Again' })).rejects.toMatchObject(
      { code: 'duplicate' },
    );
    const [last, ...others] = await store.listAudit({ action: 'account-added', limit: 10 });
    expect(last).toMatchObject({ subject: 'account One', who: 'anna', after: { name: 'One' }, before: null });
    expect(others.map(({ subject }) => subject)).not.toContain('account Again');
  });

  it('is listed from the latest on, page by page, and found by who, what and subject', async () => {
    for (let at = 0; at < 5; at += 1)
      await store.appendAudit(entry(`page ${at}`, { who: 'bert', action: 'call-moved' }));
    const [first, second] = await store.listAudit({ who: 'BERT', limit: 2 });
    expect([first?.subject, second?.subject]).toEqual(['page 4', 'page 3']);
    expect(
      (await store.listAudit({ who: 'bert', beforeId: second?.id ?? 0, limit: 9 })).map(({ subject }) => subject),
    ).toEqual(['page 2', 'page 1', 'page 0']);
    expect(await store.listAudit({ subject: 'PAGE 3', action: 'call-moved', limit: 9 })).toHaveLength(1);
    expect(await store.listAudit({ subject: '%', limit: 9 })).toEqual([]);
  });

  it('cannot be changed or deleted, by whatever program', () => {
    const db = new Database(file);
    expect(() => db.exec("UPDATE console_audit SET who = 'nobody'")).toThrow('the audit trail cannot be changed');
    expect(() => db.exec('DELETE FROM console_audit')).toThrow('the audit trail cannot be deleted');
    db.close();
  });
});
