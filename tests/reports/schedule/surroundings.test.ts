import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import type { Log } from '../../../src/controller/log.ts';
import { startReporting } from '../../../src/controller/reporting.ts';
import { plainSite } from '../../../src/reports/site.ts';
import { openDeliveries } from '../../../src/store/sqlite/reports/deliveries.ts';
import { systemClock } from '../../../src/words/clock.ts';
import { temporaryStores } from '../../store/sqlite/temporary.ts';
import { happens } from '../../support/controller.ts';
import { underLoad } from '../../support/load.ts';
import { startMailServer, type MailServer } from '../../support/mail-server.ts';
import * as payers from './payers.ts';
import { anna, ben, carl, listed, missed, scheduled } from './payers.ts';

const stores = temporaryStores();
let folder: string;
let server: MailServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'billing-surroundings-'));
  server = await startMailServer();
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

const receivers = () => server.received.map(({ to }) => to.join());
const minute = 60_000;

describe('a mail server', () => {
  it('that drops the connection in the middle of one message gets the others', async () => {
    const file = await payers.furnished(stores);
    missed(file);
    server.dropsAt = anna;
    const site = payers.running({ file, mailUrl: server.url }, scheduled({}));
    expect(await site.until(1)).toEqual(['failed']);
    expect(receivers()).toEqual([ben, carl]);
    expect(listed(file, '--failed')).toMatch(/Client 1 +anna@example.org +not delivered, will be tried again +1 +\S/);
    server.dropsAt = null;
    site.later(minute);
    expect(await site.until(2)).toEqual(['failed', 'delivered']);
    await site.stop();
    expect(receivers()).toEqual([ben, carl, anna]);
  });

  it('that refuses the sender is told of with what it said', async () => {
    const file = await payers.furnished(stores);
    missed(file);
    server.refusedSenders.add('billing@example.org');
    const site = payers.running({ file, mailUrl: server.url }, scheduled({}));
    expect(await site.until(1)).toEqual(['failed']);
    await site.stop();
    expect(receivers()).toEqual([]);
    expect(listed(file, '--failed')).toMatch(
      /Client 1 +anna@example.org +not delivered.* 553 5\.7\.1 sender is not known/,
    );
  });

  it('that does not answer is not asked once for each of very many', async () => {
    const file = await payers.furnished(
      stores,
      Array.from({ length: 9 }, (_, at) => `nobody-${at}@example.org`),
    );
    missed(file);
    const site = payers.running({ file, mailUrl: 'smtp://127.0.0.1:1' }, scheduled({}));
    expect(await site.until(1)).toEqual(['failed']);
    expect(site.events[0]).toMatchObject({
      error: expect.stringMatching(/^9 of 9 not delivered: Client 1: .*; and 6 more$/),
    });
    const tried = () =>
      listed(file, '--failed')
        .split('\n')
        .filter((line) => line.includes('nobody-'));
    expect(tried()).toHaveLength(3);
    // Those who wait longest come first, so that nobody keeps the others from getting theirs.
    site.later(minute);
    await site.until(2);
    expect(tried()).toHaveLength(6);
    await site.stop();
  });

  it('that hangs keeps no other report from being made', async () => {
    const file = await payers.furnished(stores);
    missed(file);
    missed(file, 'other');
    server.hangsAt = anna;
    const site = payers.running({ file, mailUrl: server.url }, scheduled({}), scheduled({ name: 'other', folder }));
    expect(await site.until(1)).toEqual(['delivered']);
    expect(site.events[0]).toMatchObject({ schedule: 'other' });
    await server.close();
    await site.stop();
  });
});

describe('a folder', () => {
  it('that cannot take the file of one payer gets those of the others', async () => {
    const file = await payers.furnished(stores);
    const day = new Date(missed(file)).toISOString().slice(0, 10);
    mkdirSync(join(folder, `daily-${day}-A0-none.csv`));
    const site = payers.running({ file, mailUrl: server.url }, scheduled({ folder }));
    expect(await site.until(1)).toEqual(['failed']);
    expect(readdirSync(folder).sort()).toEqual(
      ['A0-none', 'A1-Client-1', 'A2-Client-2', 'A3-Client-3'].map((one) => `daily-${day}-${one}.csv`),
    );
    rmSync(join(folder, `daily-${day}-A0-none.csv`), { recursive: true });
    site.later(minute);
    expect(await site.until(2)).toEqual(['failed', 'delivered']);
    await site.stop();
  });

  it('in which a killed controller left the beginning of a report is rid of it', async () => {
    const file = await payers.furnished(stores, [anna]);
    const day = new Date(missed(file)).toISOString().slice(0, 10);
    writeFileSync(join(folder, `daily-${day}.csv.999999999.part`), 'Acc');
    writeFileSync(join(folder, `daily-${day}-2.csv.999999999.part`), 'of somebody else');
    const site = payers.running({ file, mailUrl: server.url }, scheduled({ folder, each: undefined }));
    expect(await site.until(1)).toEqual(['delivered']);
    await site.stop();
    expect(readdirSync(folder).sort()).toEqual([`daily-${day}-2.csv.999999999.part`, `daily-${day}.csv`]);
  });

  it('that is gone for days leaves a line for each report that was given up', async () => {
    const file = await payers.furnished(stores, [anna]);
    missed(file);
    const first = payers.running(
      { file, mailUrl: server.url },
      scheduled({ folder: '/proc/nope/reports', each: undefined }),
    );
    expect(await first.until(1)).toEqual(['failed']);
    await first.stop();
    const db = new Database(file);
    db.exec('UPDATE report_deliveries SET due_at = due_at - 86400000');
    db.close();
    const second = payers.running({ file, mailUrl: server.url }, scheduled({ folder, each: undefined }));
    expect(await second.until(2)).toEqual(['given-up', 'delivered']);
    await second.stop();
    expect(listed(file, '--failed')).toMatch(/daily +\S+ +all +- +given up +1 +.*\/proc\/nope/);
    expect(listed(file)).toMatch(/daily.* delivered +1 /);
  });
});

describe('a file that cannot be written', () => {
  /** As on a full disk: nothing can be noted, and everything be read. */
  function refuse(file: string, table: string, when: string): void {
    const db = new Database(file);
    db.exec(
      `CREATE TRIGGER full_${table} BEFORE INSERT ON ${table} WHEN ${when} BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
    );
    db.close();
  }
  function release(file: string, table: string): void {
    const db = new Database(file);
    db.exec(`DROP TRIGGER full_${table}`);
    db.close();
  }

  it('after mails were sent has nobody get theirs twice', async () => {
    const file = await payers.furnished(stores);
    missed(file);
    refuse(file, 'report_recipients', 'NEW.delivered_at IS NOT NULL');
    const site = payers.running({ file, mailUrl: server.url }, scheduled({}));
    for (let tries = 1; tries < 4; tries += 1) {
      await site.until(tries);
      site.later(60 * minute);
    }
    expect(site.events.slice(0, 3).map(({ kind }) => kind)).toEqual(['failed', 'failed', 'failed']);
    release(file, 'report_recipients');
    site.later(60 * minute);
    await happens(() => site.events.some(({ kind }) => kind === 'delivered'), underLoad(20_000));
    await site.stop();
    expect(receivers()).toEqual([anna, ben, carl]);
    expect(listed(file, '--failed')).toBe('Nothing.\n');
    expect(listed(file)).toMatch(/Client 3 +carl@example.org +delivered/);
  });

  it('before they are sent has none sent until it can be', async () => {
    const file = await payers.furnished(stores);
    missed(file);
    refuse(file, 'report_recipients', 'TRUE');
    const site = payers.running({ file, mailUrl: server.url }, scheduled({}));
    await site.until(1);
    expect(receivers()).toEqual([]);
    release(file, 'report_recipients');
    site.later(minute);
    expect(await site.until(2)).toEqual(['failed', 'delivered']);
    await site.stop();
    expect(receivers()).toEqual([anna, ben, carl]);
  });

  it('so that it is not known what was delivered has it told once, and goes on by itself', async () => {
    const file = await payers.furnished(stores);
    const dueAtMs = missed(file);
    const isNoted = (): boolean => {
      const deliveries = openDeliveries(file);
      const noted = deliveries.find('daily');
      deliveries.close();
      return noted?.dueAtMs === dueAtMs && noted.deliveredAtMs !== null;
    };
    refuse(file, 'report_deliveries', 'TRUE');
    const site = payers.running({ file, mailUrl: server.url }, scheduled({}));
    expect(await site.until(2)).toEqual(['trouble', 'delivered']);
    site.later(60 * minute);
    site.later(60 * minute);
    release(file, 'report_deliveries');
    await happens(isNoted, underLoad(20_000));
    await site.stop();
    expect(site.events.map(({ kind }) => kind)).toEqual(['trouble', 'delivered']);
    expect(receivers()).toEqual([anna, ben, carl]);
  });
});

describe('the reporting thread', () => {
  const none = () => undefined;
  const log: Log = { error: none, warn: none, info: none, debug: none, writes: () => false, setLevel: none };
  const start = (file: string) =>
    startReporting({
      ...{
        file,
        sqlServer: null,
        controller: { name: 'one', host: 'here', folder: '/data' },
        timeZone: 'UTC',
        site: plainSite,
        schedules: [scheduled({})],
        log,
      },
      mail: { url: server.url, from: 'billing@example.org' },
      reminders: { at: '', consoleUrl: '', deadlineDays: 7, escalateTo: [] },
      // It waits until calls are served: not here.
      clock: { ...systemClock, after: (ms, action) => systemClock.after(ms === 10_000 ? 1 : ms, action) },
    });
  const messageIds = () => server.begun.map((text) => /^Message-ID: <([^>]+)>/im.exec(text)?.[1]);

  it('stops while the mail server does not answer, says that the mail may have come, and sends it again under its id', async () => {
    const file = await payers.furnished(stores, [anna, ben]);
    missed(file);
    server.hangsAt = anna;
    const first = start(file);
    await happens(() => server.begun.length === 1, underLoad(20_000));
    const begunMs = performance.now();
    await first.stop();
    expect(performance.now() - begunMs).toBeLessThan(underLoad(8_000));
    expect(listed(file, '--failed')).toMatch(/Client 1 +anna@example.org +not delivered.* 1 +.*it may have arrived/);
    server.hangsAt = null;
    const second = start(file);
    await happens(() => receivers().length === 2, underLoad(20_000));
    await second.stop();
    expect(receivers().sort()).toEqual([anna, ben]);
    expect(messageIds()[0]).toBe(messageIds()[receivers().indexOf(anna) + 1]);
    expect(listed(file, '--failed')).toBe('Nothing.\n');
  });

  it('removes the statements that one before it left in the data folder', async () => {
    const file = await payers.furnished(stores, [anna]);
    const left = join(dirname(file), 'report-attachments-abc');
    mkdirSync(left);
    writeFileSync(join(left, 'statement.pdf'), '');
    const reporting = start(file);
    await happens(() => !existsSync(left), underLoad(20_000));
    await reporting.stop();
  });

  it('leaves alone what another controller attaches to its mails, in the same process or another', async () => {
    const [file, other] = [await payers.furnished(stores, [anna, ben]), await payers.furnished(stores, [carl])];
    missed(file);
    server.hangsAt = anna;
    const first = start(file);
    await happens(() => server.begun.length === 1, underLoad(20_000));
    missed(other);
    const second = start(other);
    await happens(() => receivers().includes(carl), underLoad(20_000));
    await second.stop();
    const attached = readdirSync(dirname(file)).filter((name) => name.startsWith('report-attachments-'));
    expect(attached).toHaveLength(1);
    await first.stop();
  });
});
