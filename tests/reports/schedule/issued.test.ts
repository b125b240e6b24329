import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDeliveries } from '../../../src/store/sqlite/reports/deliveries.ts';
import type { IssuedStatement } from '../../../src/reports/statements/issued.ts';
import { temporaryStores } from '../../store/sqlite/temporary.ts';
import { startMailServer, type MailServer } from '../../support/mail-server.ts';
import { call } from '../site.ts';
import * as payers from './payers.ts';
import { anna, ben, carl, dayMs, missed, scheduled } from './payers.ts';

const stores = temporaryStores();

let folder: string;
let server: MailServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'billing-issued-'));
  server = await startMailServer();
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

function issuedIn(file: string): IssuedStatement[] {
  const deliveries = openDeliveries(file);
  try {
    return deliveries.issued.standing();
  } finally {
    deliveries.close();
  }
}

/** Three payers with a call each of the day before the statements are due. */
async function furnished(): Promise<{ file: string; dueAtMs: number }> {
  const file = await payers.furnished(stores);
  const dueAtMs = missed(file);
  const store = await stores.open({ file });
  for (const id of [1, 2, 3]) {
    const paid = { accountId: id, departmentId: id, calledE164: '+18016424655', billableMs: 60_000 };
    await store.save(call(`yesterday ${id}`, dueAtMs - dayMs / 2, paid));
  }
  await store.close();
  return { file, dueAtMs };
}

const deliver = async (file: string, changes: object, kind: string): Promise<void> => {
  const site = payers.running({ file, mailUrl: server.url }, scheduled(changes));
  expect(await site.until(1)).toEqual([kind]);
  await site.stop();
};

describe('statements of a schedule', () => {
  it('are kept as gone out once they arrived, each with its calls, and none that was refused', async () => {
    const { file, dueAtMs } = await furnished();
    server.refused.add(ben);
    await deliver(file, { preset: 'yesterday' }, 'failed');
    const standing = issuedIn(file);
    expect(standing.map(({ name, sentTo, calls }) => [name, sentTo, calls])).toEqual([
      ['Client 1', anna, 1],
      ['Client 3', carl, 1],
    ]);
    expect(standing).toMatchObject([
      { payer: 'account 1', issuedAtMs: dueAtMs, period: { fromMs: dueAtMs - dayMs, untilMs: dueAtMs }, corrects: '' },
      { payer: 'account 3', asked: { by: 'account', layout: 'client', parts: [{ accountId: 3 }] } },
    ]);
  });

  it('in one file for an archive, with the names of all files and addresses that it went to', async () => {
    const { file } = await furnished();
    const one = { preset: 'yesterday', each: undefined };
    await deliver(file, { ...one, folder }, 'delivered');
    missed(file);
    await deliver(file, { ...one, mailTo: [anna, carl] }, 'delivered');
    const standing = issuedIn(file);
    expect(standing).toHaveLength(3);
    for (const { sentTo } of standing) {
      expect(sentTo.split(', ')).toEqual([expect.stringContaining(folder), anna, carl]);
    }
  });

  it('are none in the middle of their period', async () => {
    const { file } = await furnished();
    await deliver(file, { preset: 'last-7-days' }, 'delivered');
    expect(server.received).toHaveLength(3);
    expect(issuedIn(file)).toEqual([]);
  });
});
