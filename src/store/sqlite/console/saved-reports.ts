import type { Database } from 'better-sqlite3';
import type { NewAuditEntry } from '../../../words/console.ts';
import type { NewSavedReport, SavedReport, SavedReportStore } from '../../ports/saved-reports.ts';
import { StoreError } from '../../ports/store-error.ts';
import type { Perform } from '../performer.ts';
import type { PerformersOf } from '../performers.ts';
import { reading } from '../reading.ts';

export type SavedReportOperations = {
  saveReport: { input: { report: NewSavedReport; entry: NewAuditEntry }; result: SavedReport };
  removeSavedReport: { input: { id: number; entry: NewAuditEntry }; result: null };
  scheduleReport: { input: { id: number; schedule: SavedReport['schedule']; entry: NewAuditEntry }; result: null };
};

type Row = Omit<SavedReport, 'schedule'> & { schedule: string | null };

const columns = 'r.id, r.user_id AS userId, r.name, r.report, r.query, r.made_at AS madeAtMs, r.schedule';
const reportOf = ({ schedule, ...row }: Row): SavedReport => ({ ...row, schedule: scheduleOf(schedule) });
const scheduleOf = (text: string | null): SavedReport['schedule'] =>
  text === null ? null : (JSON.parse(text) as NonNullable<SavedReport['schedule']>);
const textOf = (schedule: SavedReport['schedule']): string | null =>
  schedule === null ? null : JSON.stringify(schedule);

/** Makes the operations of the writer, to be run inside its transaction. They throw. */
export function prepareSavedReports(
  db: Database,
  note: (entry: NewAuditEntry) => void,
): PerformersOf<SavedReportOperations> {
  const has = db
    .prepare<[number, string], number>('SELECT 1 FROM saved_reports WHERE user_id = ? AND name = ?')
    .pluck();
  const insert = db.prepare(
    `INSERT INTO saved_reports (user_id, name, report, query, made_at, schedule)
VALUES (@userId, @name, @report, @query, @madeAtMs, @schedule)`,
  );
  const remove = db.prepare<[number]>('DELETE FROM saved_reports WHERE id = ?');
  const schedule = db.prepare<[string | null, number]>('UPDATE saved_reports SET schedule = ? WHERE id = ?');
  return {
    saveReport({ report, entry }) {
      if (has.get(report.userId, report.name) !== undefined)
        throw new StoreError('duplicate', `You have a report called "${report.name}" already: choose another name.`);
      const { lastInsertRowid } = insert.run({ ...report, schedule: textOf(report.schedule) });
      note(entry);
      return { id: Number(lastInsertRowid), ...report };
    },
    removeSavedReport({ id, entry }) {
      remove.run(id);
      note(entry);
      return null;
    },
    scheduleReport(asked) {
      schedule.run(textOf(asked.schedule), asked.id);
      note(asked.entry);
      return null;
    },
  };
}

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
