import Database from 'better-sqlite3';
import { describe, expect, it } from '@jest/globals';
import type { ReportSource } from '../../../../src/reports/report.ts';
import { openLocalReports } from '../../../../src/store/sqlite/reports/reports.ts';
import { account } from '../../../support/controller.ts';
import { aCall } from '../../../web/console/seed.ts';
import { callListContract } from '../../call-list-contract.ts';
import { temporaryStores } from '../temporary.ts';

const { open, aFile } = temporaryStores();

describe('lists of calls, in the local file', () => {
  callListContract(async () => {
    const file = aFile();
    const store = await open({ file });
    return { store, source: openLocalReports(file) };
  });
});

describe('calls of an account by its name, in the local file', () => {
  const named = async (source: ReportSource, name: string): Promise<string[]> => {
    const period = { fromMs: 0, untilMs: Date.now() + 1 };
    const found: string[] = [];
    for await (const piece of source.calls({ period, filters: { account: name }, order: 'latest' }))
      found.push(...piece.map(({ callId }) => callId));
    return found.sort();
  };

  it('are those of its name now, of accounts that are gone under the name of then, and of ones that came back', async () => {
    const file = aFile();
    const store = await open({ file });
    const { id } = await store.addAccount(account('1001', { name: 'Smith' }));
    const other = await store.addAccount(account('1002', { name: 'Jones' }));
    await store.save(aCall('now', { accountId: id, accountName: 'Former name' }));
    await store.save(aCall('never here', { accountId: 900, accountName: 'SMITH' }));
    await store.save(aCall('never here', { accountId: 900, accountName: 'SMITH' }));
    await store.save(aCall('other', { accountId: other.id, accountName: 'Jones' }));
    const source = openLocalReports(file);
    expect(await named(source, 'smith')).toEqual(['never here', 'now']);
    expect(await named(source, 'Former name')).toEqual([]);
    const db = new Database(file);
    db.exec(`DELETE FROM accounts WHERE id = ${other.id}`);
    expect(await named(source, 'jones')).toEqual(['other']);
    db.exec(`INSERT INTO accounts (id, code, name) VALUES (${other.id}, '1002', 'Jones again')`);
    expect([await named(source, 'jones'), await named(source, 'jones again')]).toEqual([[], ['other']]);
    db.close();
    await source.close();
  });

  it('and an account’s sums are the same one by one and from hours', async () => {
    const file = aFile();
    const store = await open({ file });
    const { id } = await store.addAccount(account('1001', { name: 'Smith' }));
    for (const callId of ['a', 'b', 'c']) await store.save(aCall(callId, { accountId: id, accountName: 'Smith' }));
    await store.save(aCall('d'));
    const source = openLocalReports(file);
    const sumOf = async (filters: { accountId?: number; account?: string }): Promise<number[]> => {
      const sums: number[] = [];
      const period = { fromMs: 0, untilMs: Date.now() + 1 };
      for await (const { calls, billableMs } of source.summarize({ period, groupings: ['month'], filters }))
        sums.push(calls, billableMs);
      return sums;
    };
    expect(await sumOf({ accountId: id })).toEqual([3, 96_000]);
    expect(await sumOf({ account: 'Smith' })).toEqual([3, 96_000]);
    await source.close();
  });
});
