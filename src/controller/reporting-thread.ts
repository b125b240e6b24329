/**
 * The thread that makes scheduled reports and keeps the hourly sums of all reports up to date: neither must delay a call.
 * `reporting.ts` starts it and is its other end.
 */
import { dirname } from 'node:path';
import { systemClock } from '../words/clock.ts';
import { zoneNamed } from '../words/zone.ts';
import type { ReportSource } from '../reports/report.ts';
import type { Deliver, DeliverOptions } from '../reports/schedule/deliver.ts';
import { startSchedules, type ScheduleEvent } from '../reports/schedule/schedules.ts';
import { removeLeftAttachments } from '../reports/schedule/folder.ts';
import { watchStatements, type StatementsChanged } from '../reports/statements/watch.ts';
import { readSchedule, type ReportSchedule } from '../reports/schedule/settings.ts';
import { openRunsOf } from './open-runs.ts';
import type { ReportingSettings } from './reporting-settings.ts';
import { remindersOf, type ReminderSchedule } from './reminding.ts';
import { loadSqlite } from '../store/sqlite/native.ts';
import { openDeliveries } from '../store/sqlite/reports/deliveries.ts';
import { openUpkeep } from '../store/sqlite/reports/hours/upkeep.ts';
import { insideThread } from '../threads/inside.ts';
import { makeRounds } from '../words/rounds.ts';
import { messageOf } from '../words/thrown.ts';

export type FromReporting =
  ScheduleEvent | { kind: 'problem'; text: string } | { kind: 'statements'; changed: StatementsChanged };

const layByEveryMs = 60_000;

/** Updates the sums every minute until it is stopped. Errors are reported, and the next round tries again. */
function keepUp(file: string, tell: (event: FromReporting) => void): { stop(): Promise<void> } {
  const upkeep = openUpkeep(file);
  const rounds = makeRounds(systemClock, async (signal) => {
    const nowMs = systemClock.nowMs();
    try {
      await upkeep.layBy({ fromMs: 0, untilMs: nowMs }, nowMs, { signal });
    } catch (error) {
      tell({ kind: 'problem', text: `reports are slow until this is fixed: ${messageOf(error)}` });
    }
    return layByEveryMs;
  });
  return {
    async stop() {
      await rounds.stop();
      upkeep.close();
    },
  };
}

/** On the system of record. */
const openSource = async ({ file, sqlServer }: Pick<ReportingSettings, 'file' | 'sqlServer'>): Promise<ReportSource> =>
  sqlServer === null
    ? (await import('../store/sqlite/reports/reports.ts')).openLocalReports(file)
    : (await import('../store/sqlserver/store.ts')).openSqlServerStore(sqlServer);

/** Loads what writes PDF, XLSX and e-mail only when a report is due: loading takes nearly a second of CPU time. */
function delivering(
  settings: ReportingSettings,
  { zone, receipts, issued, warn }: Pick<DeliverOptions, 'zone' | 'receipts' | 'issued' | 'warn'>,
): Deliver {
  const { site, mail } = settings;
  const nowMs = () => systemClock.nowMs();
  return async (schedule, dueAtMs, signal) => {
    const { prepareDelivery } = await import('../reports/schedule/deliver.ts');
    const options = {
      zone,
      site,
      mail,
      receipts,
      issued,
      nowMs,
      openSource: () => openSource(settings),
      dataFolder: dirname(settings.file),
      openRuns: () => openRunsOf(settings),
      warn,
    };
    return prepareDelivery(options)(schedule, dueAtMs, signal);
  };
}

const thread = insideThread<ReportingSettings, 'stop', FromReporting>('reporting.ts', loadSqlite);
const { file, sqlServer, timeZone, schedules, site, mail, reminders } = thread.data;
const canMail = mail.url !== '' && mail.from !== '';
const zone = zoneNamed(timeZone);
const store = openDeliveries(file);
// Where SQL Server is the system of record, nobody reads reports from the local file.
const upkeep = sqlServer === null ? keepUp(file, thread.post) : null;
const warn = (text: string): void => thread.post({ kind: 'problem', text });
const deliver = delivering(thread.data, { zone, receipts: store.receipts, issued: store.issued, warn });
const statements = watchStatements({
  ...{ issued: store.issued, clock: systemClock, problem: warn, openSource: () => openSource(thread.data) },
  tell: (changed) => thread.post({ kind: 'statements', changed }),
});
const reminding = reminders.at === '' ? null : remindersOf(thread.data, { zone, warn });
const told = new Set<string>();

/** What people have scheduled comes and goes, and is sent by mail: with SQL Server, by a controller that can. One that cannot be read is told once. */
function schedulesNow(): readonly ReportSchedule[] {
  if (sqlServer !== null && !canMail) return schedules;
  const options = { zone, fiscalYearStart: site.fiscalYearStart, canMail, warn: () => undefined };
  const ofPeople = store.ofPeople().flatMap((given) => {
    const read = readSchedule(given, options);
    if (read.ok) return [read.value];
    const text = `a scheduled report of the web console is not made: ${read.problem}`;
    if (!told.has(text)) thread.post({ kind: 'problem', text });
    told.add(text);
    return [];
  });
  const names = new Set(schedules.map(({ name }) => name));
  return [...schedules, ...ofPeople.filter(({ name }) => !names.has(name))];
}

removeLeftAttachments(dirname(file));
const running = startSchedules<ReportSchedule | ReminderSchedule>({
  schedules: () => [...schedulesNow(), ...(reminding === null ? [] : [reminding.schedule])],
  zone,
  clock: systemClock,
  store,
  deliver: (schedule, dueAtMs, signal) =>
    'kind' in schedule ? (reminding?.send(signal) ?? Promise.resolve(null)) : deliver(schedule, dueAtMs, signal),
  tell: thread.post,
});
thread.onMessage(() => {
  void Promise.all([upkeep?.stop(), statements.stop(), running.stop()]).finally(() => {
    store.close();
    thread.close();
  });
});
