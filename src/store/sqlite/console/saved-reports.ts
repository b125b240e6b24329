import type { Database } from 'better-sqlite3';
import type { NewAuditEntry } from '../../../words/console.ts';
import type { NewSavedReport, SavedReport } from '../../ports/saved-reports.ts';
import { StoreError } from '../../ports/store-error.ts';
import type { PerformersOf } from '../performers.ts';

export type SavedReportOperations = {
  saveReport: { input: { report: NewSavedReport; entry: NewAuditEntry }; result: SavedReport };
  removeSavedReport: { input: { id: number; entry: NewAuditEntry }; result: null };
  scheduleReport: { input: { id: number; schedule: SavedReport['schedule']; entry: NewAuditEntry }; result: null };
};

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
  const keyOf = db.prepare<[number], string>('SELECT shared_key FROM saved_reports WHERE id = ?').pluck();
  const remove = db.prepare<[number]>('DELETE FROM saved_reports WHERE id = ?');
  const schedule = db.prepare<[string | null, number]>('UPDATE saved_reports SET schedule = ? WHERE id = ?');
  return {
    saveReport({ report, entry }) {
      if (has.get(report.userId, report.name) !== undefined)
        throw new StoreError('duplicate', `You have a report called "${report.name}" already: choose another name.`);
      const { lastInsertRowid } = insert.run({ ...report, schedule: textOf(report.schedule) });
      note(entry);
      const id = Number(lastInsertRowid);
      return { id, key: keyOf.get(id) ?? '', ...report };
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
