import type { Database } from 'better-sqlite3';
import type { Alert, AlertFields, AlertWay, KeptAlert, Undelivered } from '../../../words/alert.ts';
import type { AlertFilter, AlertStore } from '../../ports/alerts.ts';
import type { Perform } from '../performer.ts';
import { listed } from '../console/columns.ts';
import { reading } from '../reading.ts';
import { alertColumns } from './columns.ts';
import { deliveriesIn, prepareDeliveries } from './deliveries.ts';

const columns = listed(alertColumns, 'a.');
type Row = Omit<Alert, 'fields'> & { fields: string };
/** `deliveries`: of another controller's. */
type ListedRow = Row & { deliveries: string | null };
type DueRow = Row & { way: AlertWay; tries: number; recipients: string | null };

const alertOf = ({ id, kind, level, atMs, controller, callId, text, fields }: Row): Alert => ({
  ...{ id, kind, level, atMs, controller, callId, text },
  fields: JSON.parse(fields) as AlertFields,
});

/** Reads on the calling thread. */
export function alertStore(db: Database, perform: Perform): AlertStore {
  const due = db.prepare<{ way: AlertWay; isEmergency: number; limit: number }, DueRow>(
    `SELECT ${columns}, d.way, d.tries, d.recipients FROM alert_deliveries d JOIN alerts a ON a.id = d.alert_id
WHERE d.again_at IS NOT NULL AND d.way = @way AND (a.kind = 'emergency-call') = @isEmergency
ORDER BY d.again_at LIMIT @limit`,
  );
  const list = db.prepare<[number], ListedRow>(
    `SELECT ${columns}, a.deliveries FROM alerts a ORDER BY a.at DESC, a.id LIMIT ?`,
  );
  const ofCall = db.prepare<[string, number], ListedRow>(
    `SELECT ${columns}, a.deliveries FROM alerts a WHERE a.call_id = ? ORDER BY a.at DESC, a.id LIMIT ?`,
  );
  const deliveriesOf = prepareDeliveries(db);

  const kept = (row: ListedRow): KeptAlert => ({
    ...alertOf(row),
    deliveries: row.deliveries === null ? deliveriesOf(row.id) : deliveriesIn(row.deliveries),
  });
  const found = ({ callId, limit }: AlertFilter): ListedRow[] =>
    callId === undefined ? list.all(limit) : ofCall.all(callId, limit);

  return {
    keepAlert: async (alert, ways) => {
      await perform('keepAlert', { alert, ways });
    },
    noteDelivery: async (note) => {
      await perform('noteDelivery', note);
    },
    undelivered: ({ way: lane, isEmergency }, limit) =>
      reading(db, () =>
        due
          .all({ way: lane, isEmergency: Number(isEmergency), limit })
          .map(({ way, tries, recipients, ...row }): Undelivered => ({
            ...{ alert: alertOf(row), way, tries },
            left: recipients === null ? null : (JSON.parse(recipients) as string[]),
          })),
      ),
    listAlerts: (filter) => reading(db, () => found(filter).map(kept)),
  };
}
