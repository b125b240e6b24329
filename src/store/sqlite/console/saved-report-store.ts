import type { Database } from 'better-sqlite3';
import type { SavedReport, SavedReportStore } from '../../ports/saved-reports.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';

type Row = Omit<SavedReport, 'schedule'> & { schedule: string | null };

const columns =
  'r.id, r.shared_key AS key, r.user_id AS userId, r.name, r.report, r.query, r.made_at AS madeAtMs, r.schedule';
const reportOf = ({ schedule, ...row }: Row): SavedReport => ({ ...row, schedule: scheduleOf(schedule) });
const scheduleOf = (text: string | null): SavedReport['schedule'] =>
  text === null ? null : (JSON.parse(text) as NonNullable<SavedReport['schedule']>);
/** Read on the calling thread, written by the writer's. */
export function savedReportStore(db: Database, perform: Perform): SavedReportStore {
  const list = db.prepare<{ userId: number | null }, Row>(
    `SELECT ${columns} FROM saved_reports r WHERE @userId IS NULL OR r.user_id = @userId ORDER BY r.name, r.id`,
  );
  return {
    listSavedReports: (userId) => reading(db, () => list.all({ userId }).map(reportOf)),
    saveReport: (report, entry) => perform('saveReport', { report, entry }),
    removeSavedReport: async (id, entry) => {
      await perform('removeSavedReport', { id, entry });
    },
    scheduleReport: async (id, schedule, entry) => {
      await perform('scheduleReport', { id, schedule, entry });
    },
  };
}

/** Makes a function that reads the schedules of those who may have one now. */
export function prepareSchedulesOfPeople(db: Database): () => NonNullable<SavedReport['schedule']>[] {
  const due = db
    .prepare<[], string>(
      `SELECT r.schedule FROM saved_reports r JOIN console_users u ON u.id = r.user_id
WHERE r.schedule IS NOT NULL AND u.enabled = 1 AND u.department_id IS NULL AND u.role IN ('manager', 'administrator')
ORDER BY r.id`,
    )
    .pluck();
  return () => due.all().map((text) => JSON.parse(text) as NonNullable<SavedReport['schedule']>);
}
