import {
  remind,
  rememberingNotes,
  type ReminderSource,
  type SharedReminders,
  type UnnotedReminders,
} from '../notify/reminders/remind.ts';
import { writingIn } from '../reports/writing.ts';
import type { Scheduled } from '../reports/schedule/schedules.ts';
import type { ClaimedRun, Elsewhere } from '../reports/schedule/shared-runs.ts';
import { openForReading } from '../store/sqlite/database.ts';
import { readDirectory } from '../store/sqlite/directory/directory.ts';
import { readCallRecords } from '../store/sqlite/records/records.ts';
import { openReminders } from '../store/sqlite/reports/reminders.ts';
import { phoneLink } from '../web/access/phone-link.ts';
import { systemClock } from '../words/clock.ts';
import type { Zone } from '../words/zone.ts';
import { openRunsOf } from './open-runs.ts';
import type { ReportingSettings } from './reporting-settings.ts';
import { reminderScheduleName } from './scheduled-names.ts';

const dayMs = 86_400_000;

export type ReminderSchedule = Scheduled & { kind: 'reminders' };

type Reminding = { schedule: ReminderSchedule; send(signal: AbortSignal): Promise<Elsewhere | null> };

/** Reminders of calls without a code, once a day, on the thread of reports. */
export function remindersOf(
  settings: Pick<ReportingSettings, 'controller' | 'file' | 'sqlServer' | 'site' | 'mail' | 'reminders'>,
  { zone, warn }: { zone: Zone; warn: (line: string) => void },
): Reminding {
  const { at, consoleUrl, deadlineDays, escalateTo } = settings.reminders;
  const writing = writingIn(settings.site.locale, zone);
  const unnoted: UnnotedReminders = new Map();
  return {
    schedule: { kind: 'reminders', name: reminderScheduleName, every: 'day', at },
    async send(signal) {
      const runs = await openRunsOf(settings);
      try {
        const claimed = (await runs?.claim(reminderScheduleName, always, idleHours)) ?? null;
        // Another controller sends those of today.
        if (typeof claimed === 'string') return 'delivered';
        await sendAll(signal, claimed);
        return null;
      } finally {
        await runs?.close();
      }
    },
  };

  async function sendAll(signal: AbortSignal, claimed: ClaimedRun | null): Promise<void> {
    const file = openReminders(settings.file);
    const source = await openSource(settings);
    try {
      const notes = rememberingNotes(file, unnoted);
      const key = file.linkKey();
      await remind(
        source,
        {
          ...{ mail: settings.mail, deadlineMs: deadlineDays * dayMs, escalateTo, notes, warn },
          shared: claimed === null ? null : sharedReminders(claimed),
          nowMs: () => systemClock.nowMs(),
          writing: {
            moment: (atMs) => `${writing.date(atMs)} ${writing.time(atMs)}`,
            link: (phone) => `${consoleUrl}/my-calls/by-link/${phoneLink(phone, { key, mail: phone.mail })}`,
            callLink: (callId) => `${consoleUrl}/calls/${encodeURIComponent(callId)}`,
          },
        },
        signal,
      );
    } finally {
      file.close();
      await source.close();
    }
  }
}

/** The controller that sends them goes on doing so, day after day, until it is gone, or has sent none for two days. */
const always = Date.UTC(9999, 11, 30);
const idleHours = 48;

function sharedReminders({ isDelivered, hold, noteDelivered }: ClaimedRun): SharedReminders {
  return {
    sent: (callId, kind) => isDelivered(`${callId} ${kind}`),
    hold,
    async note(says) {
      for (const [callId, kind] of says) await noteDelivered(`${callId} ${kind}`);
    },
  };
}

type OpenSource = ReminderSource & { close(): Promise<void> };

/** At most so many calls are told of in one day: the oldest wait for the next. */
const mostCalls = 20_000;

async function openSource({ file, sqlServer }: Pick<ReportingSettings, 'file' | 'sqlServer'>): Promise<OpenSource> {
  const { store, close } = sqlServer === null ? local(file) : await remote(sqlServer);
  return {
    waiting: (fromMs) => store.listCallRecords({ uncodedOf: null, fromMs, limit: mostCalls }),
    phone: (number) => store.findExtension(number),
    departments: () => store.listDepartments(),
    close,
  };
}

function local(file: string) {
  const db = openForReading(file);
  const store = { ...readCallRecords(db), ...readDirectory(db) };
  return { store, close: () => Promise.resolve(void db.close()) };
}

async function remote(sqlServer: NonNullable<ReportingSettings['sqlServer']>) {
  const { openSqlServerStore } = await import('../store/sqlserver/store.ts');
  const store = await openSqlServerStore(sqlServer);
  return { store, close: () => store.close() };
}
