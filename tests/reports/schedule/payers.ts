import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect } from '@jest/globals';
import { deliveriesCommand } from '../../../src/cli/reports/deliveries.ts';
import { prepareDelivery } from '../../../src/reports/schedule/deliver.ts';
import { lastDue } from '../../../src/reports/schedule/due.ts';
import { startSchedules, type ScheduleEvent } from '../../../src/reports/schedule/schedules.ts';
import { readSchedules, type ReportSchedule } from '../../../src/reports/schedule/settings.ts';
import { plainSite } from '../../../src/reports/site.ts';
import { openDeliveries } from '../../../src/store/sqlite/reports/deliveries.ts';
import { openLocalReports } from '../../../src/store/sqlite/reports/reports.ts';
import { systemClock } from '../../../src/words/clock.ts';
import { zoneNamed } from '../../../src/words/zone.ts';
import { plainAccount } from '../../store/records.ts';
import type { temporaryStores } from '../../store/sqlite/temporary.ts';
import { happens } from '../../support/controller.ts';
import { underLoad } from '../../support/load.ts';
import { call } from '../site.ts';

export const zone = zoneNamed('UTC');
export const dayMs = 86_400_000;
export const [anna, ben, carl] = ['anna@example.org', 'ben@example.org', 'carl@example.org'];

export const daily = {
  ...{
    name: 'daily',
    report: 'statement',
    preset: 'last-30-days',
    every: 'day',
    at: '00:00',
    format: 'csv',
    each: true,
  },
};

export function scheduled(changes: object): ReportSchedule {
  const warn = (line: string) => {
    throw new Error(line);
  };
  const [one] = readSchedules([{ ...daily, ...changes }], { zone, fiscalYearStart: '01-01', canMail: true, warn });
  if (one === undefined) throw new Error('no schedule');
  return one;
}

/** A client of two accounts, one without a client, one in a department of its own, and a call that nobody pays for. */
export async function furnished(
  { open, aFile }: ReturnType<typeof temporaryStores>,
  mails: readonly string[] = [anna, ben, carl],
): Promise<string> {
  const file = aFile();
  const store = await open({ file });
  for (const [index, mail] of mails.entries()) {
    await store.addAccount({
      ...plainAccount(`100${index}`, `Client ${index + 1}`),
      mail,
      department: `Dept ${index}`,
    });
    await store.updateDepartment(`Dept ${index}`, { mail: `dept-${mail}` });
    const paid = { accountId: index + 1, departmentId: index + 1, calledE164: '+18016424655', billableMs: 60_000 };
    await store.save(call(`call-${index}`, Date.now() - 3 * dayMs, paid));
  }
  await store.save(call('nobody', Date.now() - 3 * dayMs, { calledE164: '+18016424655', billableMs: 60_000 }));
  await store.close();
  return file;
}

/** When what the event is about was due; 0: it is about nothing that was due. */
export const dueOf = (event: ScheduleEvent): number => ('dueAtMs' in event ? event.dueAtMs : 0);

/** As if the one before had been delivered. */
export function missed(file: string, name = 'daily', days = 1): number {
  const dueAtMs = lastDue(scheduled({}), Date.now(), zone);
  const deliveries = openDeliveries(file);
  deliveries.save(name, { dueAtMs: dueAtMs - days * dayMs, deliveredAtMs: 1, tries: 1, error: null });
  deliveries.close();
  return dueAtMs;
}

export function running(
  { file, mailUrl, from = 'billing@example.org' }: { file: string; mailUrl: string; from?: string },
  ...scheduledReports: ReportSchedule[]
) {
  const events: ScheduleEvent[] = [];
  const deliveries = openDeliveries(file);
  let aheadMs = 0;
  const clock = {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() + aheadMs,
    // It looks every half minute: here every 20 ms.
    after: (ms: number, action: () => void) => systemClock.after(ms === 30_000 ? 20 : ms, action),
  };
  const deliver = prepareDelivery({
    ...{
      zone,
      site: plainSite,
      mail: { url: mailUrl, from },
      receipts: deliveries.receipts,
      issued: deliveries.issued,
    },
    ...{
      nowMs: Date.now,
      warn: () => undefined,
      dataFolder: dirname(file),
      openSource: () => Promise.resolve(openLocalReports(file)),
    },
  });
  const schedules = startSchedules({
    ...{ schedules: () => scheduledReports, zone, clock, store: deliveries, deliver },
    tell: (event) => events.push(event),
  });
  return {
    events,
    later: (ms: number) => {
      aheadMs += ms;
    },
    unschedule: () => {
      scheduledReports.length = 0;
    },
    async until(count: number): Promise<string[]> {
      await happens(() => events.length >= count, underLoad(20_000));
      return events.map(({ kind }) => kind);
    },
    async stop() {
      await schedules.stop();
      deliveries.close();
    },
  };
}

export const listed = (file: string, ...args: string[]): string => listedWhere(file, null, args);

/** `configured`: names of the schedules that there are now. */
export function listedWhere(file: string, configured: readonly string[] | null, args: string[] = []): string {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const deliveries = openDeliveries(file, configured);
  try {
    expect(deliveriesCommand(args, { deliveries, zone, stdout, stderr })).toBe(0);
    return String(stdout.read() ?? '');
  } finally {
    deliveries.close();
  }
}
