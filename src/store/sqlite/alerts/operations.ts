import type { Database } from 'better-sqlite3';
import { alertsKeptMs, type Alert, type AlertWay, type DeliveryNote } from '../../../words/alert.ts';
import { insertInto } from '../console/columns.ts';
import { alertColumns } from './columns.ts';

export type AlertOperations = {
  keepAlert: { input: { alert: Alert; ways: readonly AlertWay[] }; result: null };
  noteDelivery: { input: DeliveryNote; result: null };
};

/** Makes the operations of the writer, to be run inside its transaction. */
export function prepareAlerts(db: Database) {
  const keep = db.prepare<[Omit<Alert, 'fields'> & { fields: string }]>(
    `${insertInto('alerts', alertColumns)} ON CONFLICT (id) DO NOTHING`,
  );
  const begin = db.prepare<[string, string, number]>(
    'INSERT OR IGNORE INTO alert_deliveries (alert_id, way, tries, again_at) VALUES (?, ?, 0, ?)',
  );
  const forget = db.prepare<[number]>('DELETE FROM alerts WHERE at < ?');
  const note = db.prepare<[object]>(
    `UPDATE alert_deliveries SET tries = coalesce(@tries, tries + 1), again_at = @againAtMs, delivered_at = @deliveredAtMs,
  given_up_at = @givenUpAtMs, recipients = @recipients, error = @error
WHERE alert_id = @alertId AND way = @way`,
  );
  const nothing = {
    tries: null,
    againAtMs: null,
    deliveredAtMs: null,
    givenUpAtMs: null,
    recipients: null,
    error: null,
  };
  return {
    keepAlert({ alert, ways }: AlertOperations['keepAlert']['input']): null {
      forget.run(alert.atMs - alertsKeptMs);
      keep.run({ ...alert, fields: JSON.stringify(alert.fields) });
      for (const way of ways) begin.run(alert.id, way, alert.atMs);
      return null;
    },
    noteDelivery(noted: DeliveryNote): null {
      const { alertId, way } = noted;
      const key = { ...nothing, alertId, way };
      switch (noted.kind) {
        case 'delivered':
          note.run({ ...key, deliveredAtMs: noted.atMs });
          return null;
        case 'failed': {
          const { tries, error, left, againAtMs } = noted;
          note.run({ ...key, tries, error, againAtMs, recipients: left === null ? null : JSON.stringify(left) });
          return null;
        }
        case 'given-up':
          note.run({ ...key, tries: noted.tries, error: noted.error, givenUpAtMs: noted.atMs });
          return null;
      }
    },
  };
}
