import type { Database } from 'better-sqlite3';
import type { Delivery, DeliveryStore } from '../../../reports/schedule/schedules.ts';
import { unforgetting, type Receipt, type ReceiptStore } from '../../../reports/schedule/recipients.ts';
import { prepareSchedulesOfPeople } from '../console/saved-report-store.ts';
import type { IssuedStore } from '../../../reports/statements/issued.ts';
import { keptMs, openBeside } from './beside.ts';
import { issuedIn } from './issued.ts';

/** A receipt, and what it is of. */
export type ListedReceipt = Receipt & { schedule: string; dueAtMs: number };

export type Deliveries = DeliveryStore & {
  receipts: ReceiptStore;
  issued: IssuedStore;
  /** The latest of each schedule, by name. */
  latest(): (Delivery & { schedule: string })[];
  /** By schedule, the latest first. */
  listReceipts(): ListedReceipt[];
  /** What people have scheduled in the web console, as it is in the file. */
  ofPeople(): readonly Readonly<Record<string, unknown>>[];
  /** Which schedules there are now, by name: those and the configured ones; null: those are not known here. */
  scheduled(): ReadonlySet<string> | null;
  close(): void;
};

const receiptColumns = `recipient, name, sent_to AS sentTo, tries, tried_at AS triedAtMs, delivered_at AS deliveredAtMs, error`;
const deliveryColumns = 'due_at AS dueAtMs, delivered_at AS deliveredAtMs, tries, error';

/** On a connection of its own; the schema must be up to date. `configured`: names of schedules. It throws a `StoreError`. */
export function openDeliveries(file: string, configured: readonly string[] | null = null): Deliveries {
  const { db, attempt } = openBeside(file, 'The delivery');
  const find = db.prepare<[string], Delivery>(`SELECT ${deliveryColumns} FROM report_deliveries WHERE schedule = ?`);
  const save = db.prepare<[string, Delivery]>(
    `INSERT OR REPLACE INTO report_deliveries (schedule, due_at, delivered_at, tries, error)
VALUES (?, @dueAtMs, @deliveredAtMs, @tries, @error)`,
  );
  // Of nobody in particular.
  const giveUp = db.prepare<[Delivery & { schedule: string }]>(
    `INSERT OR REPLACE INTO report_recipients (schedule, due_at, recipient, name, sent_to, tries, tried_at, delivered_at, error)
SELECT @schedule, @dueAtMs, '', '', '', @tries, @dueAtMs, @deliveredAtMs, @error WHERE NOT EXISTS
  (SELECT 1 FROM report_recipients WHERE schedule = @schedule AND due_at = @dueAtMs AND delivered_at IS NULL)`,
  );
  const latest = db.prepare<[], Delivery & { schedule: string }>(
    `SELECT schedule, ${deliveryColumns} FROM report_deliveries ORDER BY schedule`,
  );
  const listReceipts = db.prepare<[], ListedReceipt>(
    `SELECT schedule, due_at AS dueAtMs, ${receiptColumns} FROM report_recipients ORDER BY schedule, due_at DESC, name, recipient`,
  );
  const ofPeople = prepareSchedulesOfPeople(db);
  return {
    find: (schedule) => attempt(() => find.get(schedule)) ?? null,
    save: (schedule, delivery) => void attempt(() => save.run(schedule, delivery)),
    giveUp: (schedule, delivery) => void attempt(() => giveUp.run({ schedule, ...delivery })),
    receipts: unforgetting(receiptsIn(db, attempt)),
    issued: issuedIn(db, attempt),
    latest: () => attempt(() => latest.all()),
    listReceipts: () => attempt(() => listReceipts.all()),
    ofPeople: () => attempt(ofPeople),
    scheduled: () =>
      configured === null ? null : new Set([...configured, ...attempt(ofPeople).map(({ name }) => String(name))]),
    close: () => db.close(),
  };
}

function receiptsIn(db: Database, attempt: <T>(work: () => T) => T): ReceiptStore {
  const find = db.prepare<[string, number, string], Receipt>(
    `SELECT ${receiptColumns} FROM report_recipients WHERE schedule = ? AND due_at = ? AND recipient = ?`,
  );
  const save = db.prepare<[string, number, Receipt]>(
    `INSERT OR REPLACE INTO report_recipients (schedule, due_at, recipient, name, sent_to, tries, tried_at, delivered_at, error)
VALUES (?, ?, @recipient, @name, @sentTo, @tries, @triedAtMs, @deliveredAtMs, @error)`,
  );
  const forget = db.prepare<[string, number]>('DELETE FROM report_recipients WHERE schedule = ? AND due_at < ?');
  return {
    find: (schedule, dueAtMs, recipient) => attempt(() => find.get(schedule, dueAtMs, recipient)) ?? null,
    save: (schedule, dueAtMs, receipt) =>
      attempt(() => {
        save.run(schedule, dueAtMs, receipt);
        forget.run(schedule, dueAtMs - keptMs);
      }),
  };
}
