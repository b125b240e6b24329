import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import type { Clock } from '../../../src/words/clock.ts';
import { startMailServer } from '../../support/mail-server.ts';
import { systemClock } from '../../../src/words/clock.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { Log } from '../../../src/controller/log.ts';
import { startController } from '../../../src/controller/controller.ts';
import { startReporting } from '../../../src/controller/reporting.ts';
import { prepareDelivery } from '../../../src/reports/schedule/deliver.ts';
import { zoneNamed } from '../../../src/words/zone.ts';
import { plainSite } from '../../../src/reports/site.ts';
import { readSchedules } from '../../../src/reports/schedule/settings.ts';
import { lastDue } from '../../../src/reports/schedule/due.ts';
import { startSchedules } from '../../../src/reports/schedule/schedules.ts';
import type { ScheduleEvent } from '../../../src/reports/schedule/schedules.ts';
import { openDeliveries } from '../../../src/store/sqlite/reports/deliveries.ts';
import { openLocalReports } from '../../../src/store/sqlite/reports/reports.ts';
import { temporaryStores } from '../../store/sqlite/temporary.ts';
import { call, furnish } from '../site.ts';

const { open, aFile } = temporaryStores();
const zone = zoneNamed('America/Denver');
const minute = 60_000;
const at = (text: string): number => Date.parse(text);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-schedule-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const monthly = {
  ...{ name: 'monthly', report: 'usage-by-account', preset: 'last-month', every: 'month', at: '06:00', format: 'csv' },
};
const noWarning = (line: string) => {
  throw new Error(`a warning: ${line}`);
};
const scheduled = (changes: object) => {
  const [one] = readSchedules([{ ...monthly, ...changes }], {
    zone,
    fiscalYearStart: '01-01',
    canMail: true,
    warn: noWarning,
  });
  if (one === undefined) throw new Error('no schedule');
  return one;
};

/** A clock that stands until it is moved on, or set. */
function standingClock(startMs: number): Clock & { moveTo(ms: number): Promise<void>; set(ms: number): Promise<void> } {
  let nowMs = startMs;
  /** What has passed besides, while it was set. */
  let passedMs = 0;
  let timers: { atMs: number; action: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs + passedMs,
    after(ms, action) {
      const timer = { atMs: nowMs + passedMs + ms, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    async set(ms) {
      passedMs -= ms - nowMs;
      await this.moveTo(ms);
      passedMs += minute;
      await this.moveTo(ms);
    },
    async moveTo(ms) {
      nowMs = ms;
      const due = timers.filter(({ atMs }) => atMs <= nowMs + passedMs);
      timers = timers.filter(({ atMs }) => atMs > nowMs + passedMs);
      for (const { action } of due) action();
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
}

describe('when a schedule is due', () => {
  it.each([
    ['day', undefined, '2026-04-10T12:00:00Z', '2026-04-10T12:00:00Z'],
    ['day', undefined, '2026-04-10T11:59:59.999Z', '2026-04-09T12:00:00Z'],
    // Clocks go forward on 8 March and back on 1 November: 06:00 is 13:00 or 12:00 in UTC.
    ['day', undefined, '2026-03-08T11:59:00Z', '2026-03-07T13:00:00Z'],
    ['day', undefined, '2026-03-08T12:00:00Z', '2026-03-08T12:00:00Z'],
    ['day', undefined, '2026-11-01T12:30:00Z', '2026-10-31T12:00:00Z'],
    ['week', undefined, '2026-04-10T12:00:00Z', '2026-04-06T12:00:00Z'],
    ['week', 5, '2026-04-10T12:00:00Z', '2026-04-10T12:00:00Z'],
    ['week', 7, '2026-04-10T12:00:00Z', '2026-04-05T12:00:00Z'],
    ['month', undefined, '2026-04-10T12:00:00Z', '2026-04-01T12:00:00Z'],
    ['month', 11, '2026-01-10T12:00:00Z', '2025-12-11T13:00:00Z'],
  ])('every %s, on %s: at %s it was last at %s', (every, on, now, due) => {
    const schedule = scheduled({ every, folder, ...(on === undefined ? {} : { on }) });
    expect(new Date(lastDue(schedule, at(now), zone)).toISOString()).toBe(new Date(at(due)).toISOString());
  });
});

describe('a schedule of the configuration', () => {
  it.each<[string, object, RegExp]>([
    ['no way to go', {}, /^reports\.schedules, "monthly": needs either "mailTo" or "folder"$/],
    ['an unknown report', { folder: 'x', report: 'usage' }, /"monthly": there is no report "usage": use one of/],
    ['an unknown grouping', { folder: 'x', group: 'planet' }, /"group": there is no "planet"/],
    ['a wrong filter', { folder: 'x', filter: ['outcome=good'] }, /"filter" outcome: "good" is none of/],
    ['a wrong time', { folder: 'x', at: '25:00' }, /"at": must be a time such as 06:00/],
    ['a wrong day', { folder: 'x', every: 'week', on: 8 }, /"on" is 1 \(Monday\) to 7 for a week/],
    ['a name that leads elsewhere', { folder: 'x', name: '../../etc' }, /"name": must be letters/],
    ['no address', { mailTo: ['nobody'] }, /"mailTo.0": /],
    ['an unknown key', { folder: 'x', color: 'red' }, /"color"/],
  ])('is refused with %s, in one line', (_, changes, message) => {
    const reading = () =>
      readSchedules([{ ...monthly, ...changes }], { zone, fiscalYearStart: '01-01', canMail: true, warn: noWarning });
    expect(reading).toThrow(message);
    expect(reading).not.toThrow(/\n/);
  });

  it('needs a mail server for mail, and a unique name', () => {
    const mailed = { ...monthly, mailTo: ['a@example.org'] };
    const reading = (schedules: unknown[], canMail: boolean) => () =>
      readSchedules(schedules, { zone, fiscalYearStart: '01-01', canMail, warn: noWarning });
    expect(reading([mailed], false)).toThrow('"mailTo" needs mail.url and mail.from');
    expect(reading([mailed, mailed], true)).toThrow('there are two with this name');
  });

  it('may name its report as an earlier version did, with a warning that names the new one', () => {
    const warnings: string[] = [];
    const schedule = { ...monthly, report: 'dearest-calls', folder: 'x' };
    readSchedules([schedule], {
      zone,
      fiscalYearStart: '01-01',
      canMail: true,
      warn: (line) => void warnings.push(line),
    });
    expect(warnings).toEqual([
      'reports.schedules, "monthly": the report "dearest-calls" is now called "most-expensive-calls"',
    ]);
  });

  it('calls what is wrong by the keys of the configuration, and not by options of the command line', () => {
    const told = (changes: object) => () => scheduled({ ...changes, folder: 'x' });
    expect(told({ 'then-by': 'account' })).toThrow('"then-by" account is already what it is grouped by');
    expect(told({ filter: ['x'] })).toThrow('"filter" x: write KEY=VALUE');
    expect(told({ group: 'age' })).toThrow('"group": there is no "age"');
  });
});

describe('schedules in the configuration', () => {
  const load = (schedules: string) =>
    loadConfig({ file: null, env: {}, flags: { 'reports.schedules': schedules, 'data.dir': join(folder, 'data') } });

  it('are JSON, as a flag or in the environment', () => {
    expect(load(JSON.stringify([monthly])).reports.schedules).toEqual([monthly]);
    for (const wrong of ['[', '{}', '[1]']) {
      expect(() => load(wrong)).toThrow(/"reports\.schedules" \(--reports-schedules\) must be a JSON array of objects/);
    }
  });

  it('keep a controller from starting if one is wrong, before it opens anything', async () => {
    const config = load(JSON.stringify([{ ...monthly, folder, report: 'usage' }]));
    const none = () => undefined;
    const log: Log = { error: none, warn: none, info: none, debug: none, writes: () => false, setLevel: none };
    await expect(startController(config, log)).rejects.toThrow(
      /^reports\.schedules, "monthly": there is no report "usage"/,
    );
    expect(existsSync(config.data.dir)).toBe(false);
  });
});

describe('deliveries', () => {
  async function site(changes: object, startMs: number) {
    const file = aFile();
    const store = await open({ file });
    await furnish(store);
    await store.save(
      call('a', '2026-03-20T12:00:00Z', { accountId: 1, calledE164: '+18016424655', billableMs: 60_000 }),
    );
    await store.close();
    const clock = standingClock(startMs);
    const events: ScheduleEvent[] = [];
    const schedule = scheduled(changes);
    const begin = (mailUrl = 'smtp://127.0.0.1:1') => {
      const deliveries = openDeliveries(file);
      const deliver = prepareDelivery({
        zone,
        site: plainSite,
        warn: noWarning,
        receipts: deliveries.receipts,
        issued: deliveries.issued,
        nowMs: () => clock.nowMs(),
        dataFolder: dirname(file),
        mail: { url: mailUrl, from: 'billing@example.org' },
        openSource: () => Promise.resolve(openLocalReports(file)),
      });
      const running = startSchedules({
        ...{ schedules: () => [schedule], zone, clock, store: deliveries, deliver },
        tell: (event) => events.push(event),
      });
      return async () => {
        await running.stop();
        deliveries.close();
      };
    };
    const until = async (count: number) => {
      for (let waited = 0; events.length < count && waited < 500; waited += 1) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return events.map(({ kind }) => kind);
    };
    return { clock, events, begin, until };
  }

  it.each([10 * 365 * 24 * 60 * minute, 40 * 24 * 60 * minute])(
    'go on when a clock that was set ahead by %s ms is set back again',
    async (aheadMs) => {
      const { clock, begin, until } = await site(
        { every: 'day', folder: join(folder, 'new') },
        at('2026-03-31T13:00:00Z'),
      );
      const end = begin();
      await clock.moveTo(at('2026-04-01T11:59:30Z'));
      await clock.moveTo(at('2026-04-01T12:00:30Z'));
      expect(await until(1)).toEqual(['delivered']);
      await clock.set(at('2026-04-01T13:00:00Z') + aheadMs);
      expect(await until(2)).toEqual(['delivered', 'delivered']);
      await clock.set(at('2026-04-01T13:00:00Z'));
      await clock.moveTo(at('2026-04-02T11:59:30Z'));
      expect(await until(2)).toHaveLength(2);
      await clock.moveTo(at('2026-04-02T12:00:30Z'));
      expect(await until(3)).toEqual(['delivered', 'delivered', 'delivered']);
      await end();
    },
  );

  it('go into a folder when they are due, once, as of the day they were due', async () => {
    const { clock, begin, until } = await site({ folder: join(folder, 'new') }, at('2026-03-31T00:00:00Z'));
    const end = begin();
    await clock.moveTo(at('2026-04-01T11:59:59Z'));
    expect(await until(0)).toEqual([]);
    await clock.moveTo(at('2026-04-01T12:00:30Z'));
    expect(await until(1)).toEqual(['delivered']);
    await clock.moveTo(at('2026-04-02T12:00:30Z'));
    await end();
    expect(await until(1)).toEqual(['delivered']);
    expect(readdirSync(join(folder, 'new'))).toEqual(['monthly-2026-04-01.csv']);
    expect(readFileSync(join(folder, 'new', 'monthly-2026-04-01.csv'), 'utf8')).toMatch(/^Account,.*\r\nSmith & Co,1,/);
  });

  it('missed while the machine was off are made up for once, with the latest', async () => {
    const { clock, begin, until } = await site(
      { folder, preset: 'yesterday', every: 'day' },
      at('2026-03-20T20:00:00Z'),
    );
    await begin()();
    await clock.moveTo(at('2026-03-24T20:00:00Z'));
    const end = begin();
    expect(await until(1)).toEqual(['delivered']);
    await end();
    await begin()();
    expect(readdirSync(folder)).toEqual(['monthly-2026-03-24.csv']);
  });

  it('that fail are retried after growing pauses, also after a restart, and given up for a later one', async () => {
    const blocked = join(folder, 'blocked');
    const { clock, events, begin, until } = await site(
      { folder: join(blocked, 'y'), preset: 'yesterday', every: 'day' },
      at('2026-03-20T20:00:00Z'),
    );
    await begin()();
    // A file where the folder should be.
    writeFileSync(blocked, '');
    const dueMs = at('2026-03-21T12:00:00Z');
    await clock.moveTo(dueMs);
    const end = begin();
    expect(await until(1)).toEqual(['failed']);
    expect(events[0]).toMatchObject({
      tries: 1,
      againInMs: minute,
      dueAtMs: dueMs,
      error: expect.stringContaining('blocked'),
    });
    await clock.moveTo(dueMs + 40_000);
    expect(await until(1)).toEqual(['failed']);
    await clock.moveTo(dueMs + 80_000);
    expect(await until(2)).toEqual(['failed', 'failed']);
    expect(events[1]).toMatchObject({ tries: 2, againInMs: 5 * minute });
    await end();
    await clock.moveTo(dueMs + 24 * 60 * minute);
    rmSync(blocked);
    const endAgain = begin();
    expect(await until(4)).toEqual(['failed', 'failed', 'given-up', 'delivered']);
    await endAgain();
    expect(readdirSync(join(blocked, 'y'))).toEqual(['monthly-2026-03-22.csv']);
  });

  it('go out by e-mail, with the report attached', async () => {
    const messages: { from: string; to: string[]; text: string }[] = [];
    let isRefusing = true;
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (isRefusing) {
            done(new Error('mailbox full'));
            return;
          }
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom === false ? '' : mailFrom.address;
          const text = Buffer.concat(chunks).toString('utf8');
          messages.push({ from, to: rcptTo.map(({ address }) => address), text });
          done();
        });
      },
    });
    const port = await new Promise<number>((resolve) => {
      const listening = server.listen(0, '127.0.0.1', () => {
        const address = listening.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    try {
      const mailTo = ['anna@example.org', 'ben@example.org'];
      const { clock, events, begin, until } = await site({ mailTo, format: 'pdf' }, at('2026-03-31T00:00:00Z'));
      await begin()();
      await clock.moveTo(at('2026-04-01T12:00:00Z'));
      const end = begin(`smtp://127.0.0.1:${port}`);
      expect(await until(1)).toEqual(['failed']);
      expect(events[0]).toMatchObject({
        error: expect.stringMatching(
          /^2 of 2 not delivered: anna@example.org: the mail server did not accept it: .*mailbox full.*; ben@/,
        ),
      });
      isRefusing = false;
      await clock.moveTo(at('2026-04-01T12:01:00Z'));
      expect(await until(2)).toEqual(['failed', 'delivered']);
      await end();
      expect(messages.map(({ from, to }) => ({ from, to }))).toEqual(
        mailTo.map((address) => ({ from: 'billing@example.org', to: [address] })),
      );
      const [{ text } = { text: '' }] = messages;
      expect(text).toMatch(/^To: anna@example.org, ben@example.org$/m);
      expect(text).toMatch(/^Subject: Usage by account, 2026-03-01 to 2026-03-31/m);
      expect(text).toContain('filename=monthly-2026-04-01.pdf');
      const encoded =
        /filename=monthly-2026-04-01\.pdf\r\n(?:[^\r\n]+\r\n)*\r\n([A-Za-z0-9+/=\r\n]+)/.exec(text)?.[1] ?? '';
      expect(Buffer.from(encoded, 'base64').subarray(0, 5).toString()).toBe('%PDF-');
    } finally {
      await new Promise<void>((resolve) => server.close(resolve));
    }
  });
});

describe('the reporting thread', () => {
  it('stores hours and makes the reports that are due, and ends when told to', async () => {
    const file = aFile();
    const store = await open({ file });
    await store.save(call('a', Date.now() - 2 * 3_600_000, { billableMs: 60_000 }));
    const waiting = { extension: '201', uncoded: true, accountId: null };
    await store.save(call('b', Date.now() - 3_600_000, { billableMs: 60_000, ...waiting }));
    await store.addExtension({ number: '201', mail: 'anna@example.org' });
    const server = await startMailServer();
    const deliveries = openDeliveries(file);
    // As if the schedule had been known for a year.
    for (const name of ['daily', 'reminders of calls without a code'])
      deliveries.save(name, { dueAtMs: 0, deliveredAtMs: 0, tries: 1, error: null });
    const lines: string[] = [];
    const say = (message: string, fields: object = {}) => void lines.push(`${message} ${JSON.stringify(fields)}`);
    const log: Log = { error: say, warn: say, info: say, debug: say, writes: () => true, setLevel: () => undefined };
    const reporting = startReporting({
      ...{
        file,
        controller: { name: 'one', host: 'here', folder: '/data' },
        sqlServer: null,
        timeZone: 'UTC',
        site: plainSite,
        mail: { url: server.url, from: 'billing@example.org' },
        log,
      },
      reminders: { at: '00:00', consoleUrl: 'https://billing.example', deadlineDays: 7, escalateTo: [] },
      schedules: [scheduled({ name: 'daily', every: 'day', at: '00:00', preset: 'yesterday', folder })],
      // It waits until calls are served: not here.
      clock: { ...systemClock, after: (ms, action) => systemClock.after(Math.min(ms, 5_000) === ms ? ms : 1, action) },
    });
    for (let waited = 0; lines.length < 2 && waited < 500; waited += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await reporting.stop();
    expect(lines).toEqual([
      expect.stringMatching(/^report delivered \{"schedule":"daily"/),
      expect.stringMatching(/^report delivered \{"schedule":"reminders of calls/),
    ]);
    expect(server.received).toMatchObject([{ to: ['anna@example.org'] }]);
    await server.close();
    expect(readdirSync(folder)).toHaveLength(1);
    deliveries.close();
    await store.close();
  });
});
