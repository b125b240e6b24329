import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nextDue } from '../../../src/reports/schedule/due.ts';
import { makeFolder } from '../../../src/reports/schedule/folder.ts';
import type { ReportSchedule } from '../../../src/reports/schedule/settings.ts';
import { openDeliveries } from '../../../src/store/sqlite/reports/deliveries.ts';
import { temporaryStores } from '../../store/sqlite/temporary.ts';
import { startMailServer, type MailServer } from '../../support/mail-server.ts';
import * as payers from './payers.ts';
import { anna, ben, carl, daily, dayMs, listed, listedWhere, missed, scheduled, zone } from './payers.ts';

const stores = temporaryStores();

let folder: string;
let server: MailServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'billing-recipients-'));
  server = await startMailServer();
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

const furnished = (mails?: readonly string[]): Promise<string> => payers.furnished(stores, mails);
const running = (file: string, schedule: ReportSchedule) => payers.running({ file, mailUrl: server.url }, schedule);

const receivers = () => server.received.map(({ to }) => to.join());

describe('statements to each payer', () => {
  it('go to the address of each; one that is refused is shown and tried again, and nobody gets theirs twice', async () => {
    const file = await furnished();
    missed(file);
    server.refused.add(ben);
    const site = running(file, scheduled({}));
    expect(await site.until(1)).toEqual(['failed']);
    expect(site.events[0]).toMatchObject({
      error: expect.stringMatching(
        /^1 of 3 not delivered: Client 2: the mail server did not accept it: .*no such user here/,
      ),
    });
    expect(receivers()).toEqual([anna, carl]);
    expect(listed(file, '--failed')).toMatch(
      /Client 2 +ben@example.org +not delivered, will be tried again +1 +.*no such user/,
    );
    // Nobody tries again what is not scheduled any more.
    expect(listedWhere(file, [daily.name], ['--failed'])).toContain('will be tried again');
    expect(listedWhere(file, ['another'], ['--failed'])).toMatch(/Client 2 +ben@example.org +given up +1 /);
    site.later(60_000);
    expect(await site.until(2)).toEqual(['failed', 'failed']);
    server.refused.clear();
    site.later(300_000);
    expect(await site.until(3)).toEqual(['failed', 'failed', 'delivered']);
    await site.stop();
    expect(receivers()).toEqual([anna, carl, ben]);
    expect(listed(file)).toMatch(/Client 2 +ben@example.org +delivered +3 +20/);
    expect(listed(file, '--failed')).toBe('Nothing.\n');
    // Each has its own calls, and no other's.
    const parts = server.received.map(({ text }) =>
      ['Client 1', 'Client 2', 'Client 3'].filter((name) => decoded(text).includes(name)),
    );
    expect(parts).toEqual([['Client 1'], ['Client 3'], ['Client 2']]);
  });

  it('go on after kill -9 between recipients, with those who have none yet', async () => {
    const file = await furnished();
    missed(file);
    server.hangsAt = carl;
    const program = join(import.meta.dirname, 'delivering-process.ts');
    const child = spawn(process.execPath, [program, file, server.url, JSON.stringify(daily)], { stdio: 'inherit' });
    // A mail that is taken at the very moment of a crash may come twice: ben's is on file first.
    const isOnFile = (): boolean => /Client 2 +ben@example.org +delivered/.test(listed(file));
    for (let waited = 0; (server.received.length < 2 || !isOnFile()) && waited < 500; waited += 1) await delay(30);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(receivers()).toEqual([anna, ben]);
    server.hangsAt = null;
    const site = running(file, scheduled({}));
    expect(await site.until(1)).toEqual(['delivered']);
    await site.stop();
    expect(receivers()).toEqual([anna, ben, carl]);
  });

  it('bear the same message id at each try, and another one for each recipient', async () => {
    const file = await furnished();
    const dueAtMs = missed(file);
    const first = running(file, scheduled({}));
    await first.until(1);
    await first.stop();
    const deliveries = openDeliveries(file);
    for (const { recipient } of deliveries.listReceipts()) {
      const receipt = deliveries.receipts.find('daily', dueAtMs, recipient);
      if (receipt !== null) deliveries.receipts.save('daily', dueAtMs, { ...receipt, deliveredAtMs: null });
    }
    deliveries.close();
    missed(file);
    const second = running(file, scheduled({}));
    await second.until(1);
    await second.stop();
    const ids = server.received.map(({ text }) => /^Message-ID: <([^>]+)>/im.exec(text)?.[1]);
    expect(ids.slice(3)).toEqual(ids.slice(0, 3));
    expect(new Set(ids).size).toBe(3);
  });

  it('of a department go to the department, and of a payer without an address to mailTo, or are an error', async () => {
    const file = await furnished([anna, '']);
    missed(file);
    const site = running(file, scheduled({}));
    expect(await site.until(1)).toEqual(['failed']);
    expect(site.events[0]).toMatchObject({ error: expect.stringContaining('Client 2: no e-mail address on file') });
    await site.stop();
    missed(file);
    const other = running(file, scheduled({ mailTo: [carl] }));
    expect(await other.until(1)).toEqual(['delivered']);
    await other.stop();
    expect(receivers()).toEqual([anna, carl]);
    missed(file, 'departments');
    const third = running(file, scheduled({ name: 'departments', group: 'department' }));
    expect(await third.until(1)).toEqual(['failed']);
    await third.stop();
    expect(receivers().slice(2)).toEqual([`dept-${anna}`]);
  });

  it('that were missed are all made, the earliest first', async () => {
    const file = await furnished([anna]);
    const dueAtMs = missed(file, 'daily', 3);
    const site = running(file, scheduled({}));
    expect(await site.until(3)).toEqual(['delivered', 'delivered', 'delivered']);
    await site.stop();
    expect(site.events.map(payers.dueOf)).toEqual([dueAtMs - 2 * dayMs, dueAtMs - dayMs, dueAtMs]);
    expect(nextDue(scheduled({}), dueAtMs - 3 * dayMs, zone)).toBe(dueAtMs - 2 * dayMs);
  });
});

describe('folders', () => {
  it('that cannot be made are an error at once, and hold up nothing', async () => {
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
    for (const path of ['/proc/nope/reports', join(folder, 'link', 'reports'), '/dev/null/reports']) {
      await expect(makeFolder(path)).rejects.toThrow(/ENOENT|ENOTDIR|EACCES|EPERM/);
    }
    const file = await furnished([anna]);
    missed(file);
    const site = running(file, scheduled({ folder: '/proc/nope/reports' }));
    expect(await site.until(1)).toEqual(['failed']);
    await delay(200);
    expect(await site.until(1)).toEqual(['failed']);
    await site.stop();
    expect(listed(file, '--failed')).toMatch(
      /daily +\S+ +all +- +not delivered, will be tried again +1 +.*\/proc\/nope/,
    );
  });

  it.each([
    [0o750, 0o640],
    [0o700, 0o600],
    [0o2775, 0o664],
  ])('of mode %o get files of mode %o, one for each payer', async (ofFolder, ofFile) => {
    const file = await furnished([anna]);
    missed(file);
    const target = join(folder, 'out');
    mkdirSync(target);
    chmodSync(target, ofFolder);
    const site = running(file, scheduled({ folder: target }));
    expect(await site.until(1)).toEqual(['delivered']);
    await site.stop();
    const names = readdirSync(target);
    const day = new Date(site.events.map(payers.dueOf)[0] ?? 0).toISOString().slice(0, 10);
    expect(names.sort()).toEqual([`daily-${day}-A0-none.csv`, `daily-${day}-A1-Client-1.csv`]);
    expect(names.map((name) => statSync(join(target, name)).mode & 0o777)).toEqual([ofFile, ofFile]);
  });

  it('are made for their owner alone', async () => {
    await makeFolder(join(folder, 'a', 'b'));
    await makeFolder(join(folder, 'a', 'b'));
    expect(statSync(join(folder, 'a', 'b')).mode & 0o777).toBe(0o700);
    expect(existsSync(join(folder, 'a'))).toBe(true);
  });
});

/** The attachment of a mail, which is in base64. */
function decoded(text: string): string {
  const part = /Content-Transfer-Encoding: base64\r\n(?:[^\r\n]+\r\n)*\r\n([A-Za-z0-9+/=\r\n]+)/.exec(text)?.[1];
  return part === undefined ? text : `${text}${Buffer.from(part, 'base64').toString('utf8')}`;
}
