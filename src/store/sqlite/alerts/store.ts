import type { Database } from 'better-sqlite3';
import type { Alert, AlertDelivery, AlertFields, AlertWay, KeptAlert, Undelivered } from '../../../words/alert.ts';
import type { AlertFilter, AlertStore } from '../../ports/alerts.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';

const columns = 'a.id, a.kind, a.level, a.at AS atMs, a.controller, a.call_id AS callId, a.text, a.fields';
type Row = Omit<Alert, 'fields'> & { fields: string };
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
  const list = db.prepare<[number], Row>(`SELECT ${columns} FROM alerts a ORDER BY a.at DESC, a.id LIMIT ?`);
  const ofCall = db.prepare<[string, number], Row>(
    `SELECT ${columns} FROM alerts a WHERE a.call_id = ? ORDER BY a.at DESC, a.id LIMIT ?`,
  );
  const deliveries = db.prepare<[string], AlertDelivery>(
    `SELECT way, tries, delivered_at AS deliveredAtMs, given_up_at AS givenUpAtMs, error FROM alert_deliveries
WHERE alert_id = ? ORDER BY way`,
  );

  const kept = (row: Row): KeptAlert => ({ ...alertOf(row), deliveries: deliveries.all(row.id) });
  const found = ({ callId, limit }: AlertFilter): Row[] =>
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
