import type { NewAuditEntry } from '../../words/console.ts';

/** A report with its filters, under a name. Times are UTC milliseconds. */
export type SavedReport = {
  id: number;
  /** The same on every controller; hexadecimal digits. */
  key: string;
  userId: number;
  /** Unique among those of its user, whatever its case. */
  name: string;
  report: string;
  /** As in the address of its page. */
  query: string;
  madeAtMs: number;
  /** As in `reports.schedules`; null: none. */
  schedule: Readonly<Record<string, unknown>> | null;
};
export type NewSavedReport = Omit<SavedReport, 'id' | 'key'>;

/** Each change is made together with a line of the audit trail. Everything rejects with a `StoreError`. */
export type SavedReportStore = {
  /** By name; of one user, or of all (null). */
  listSavedReports(userId: number | null): Promise<SavedReport[]>;
  /** Rejects with `duplicate` where the user has one of this name. */
  saveReport(report: NewSavedReport, entry: NewAuditEntry): Promise<SavedReport>;
  removeSavedReport(id: number, entry: NewAuditEntry): Promise<void>;
  scheduleReport(id: number, schedule: SavedReport['schedule'], entry: NewAuditEntry): Promise<void>;
};
