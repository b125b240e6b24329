import Database from 'better-sqlite3';
import type { Delivery, DeliveryStore } from '../../../reports/schedule/schedules.ts';
import { toStoreError } from '../errors.ts';

const waitMs = 10_000;

/** On a connection of its own; the schema must be up to date. It throws a `StoreError`. */
export function openDeliveries(file: string): DeliveryStore & { close(): void } {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, file, 'The delivery');
    }
  };
  const db = attempt(() => new Database(file, { fileMustExist: true, timeout: waitMs }));
  const find = db.prepare<[string], Delivery>(
    'SELECT due_at AS dueAtMs, delivered_at AS deliveredAtMs, tries, error FROM report_deliveries WHERE schedule = ?',
  );
  const save = db.prepare<[string, Delivery]>(
    `INSERT OR REPLACE INTO report_deliveries (schedule, due_at, delivered_at, tries, error)
VALUES (?, @dueAtMs, @deliveredAtMs, @tries, @error)`,
  );
  return {
    find: (schedule) => attempt(() => find.get(schedule)) ?? null,
    save: (schedule, delivery) => void attempt(() => save.run(schedule, delivery)),
    close: () => db.close(),
  };
}
