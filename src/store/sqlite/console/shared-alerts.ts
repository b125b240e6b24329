import type { Database } from 'better-sqlite3';
import { alertKinds, alertLevels } from '../../../words/alert.ts';
import { jsonObject } from '../../../words/json-object.ts';
import { isSame } from '../../replication/merge-shared.ts';
import { alertColumns } from '../alerts/columns.ts';
import { prepareDeliveries } from '../alerts/deliveries.ts';
import { assigned, insertInto, listed, type Columns } from './columns.ts';
import { known, type Content, type SharedTable } from './shared-rows.ts';

const { id, ...shared } = alertColumns;
const copied: Columns = { ...shared, deliveries: { sqlite: 'deliveries' } };
/** All that others may change of an alert of this controller: numbers are taken out of it. */
const erasable: Columns = { text: shared.text, fields: shared.fields };

/** What people were told of. Another controller's is only shown here: its deliveries stand in the alert, where nothing tries them again. */
export function sharedAlerts(db: Database): SharedTable {
  const byId = db.prepare<[string], Content>(`SELECT ${listed(copied)} FROM alerts WHERE id = ?`);
  const deliveriesOf = prepareDeliveries(db);
  const insert = db.prepare(insertInto('alerts', { ...copied, id }));
  const updateCopy = db.prepare(`UPDATE alerts SET ${assigned(copied)} WHERE id = @id AND deliveries IS NOT NULL`);
  const updateOwn = db.prepare(`UPDATE alerts SET ${assigned(erasable)} WHERE id = @id AND deliveries IS NULL`);
  const removeCopy = db.prepare<[string]>('DELETE FROM alerts WHERE id = ? AND deliveries IS NOT NULL');
  const read = (key: string): Content | null => {
    const row = byId.get(key);
    if (row === undefined) return null;
    return { ...row, deliveries: row['deliveries'] ?? JSON.stringify(deliveriesOf(key)) };
  };
  return {
    read,
    write({ key, content }) {
      if (content['gone'] === 1) {
        removeCopy.run(key);
        return;
      }
      const here = read(key);
      const next = checked(known(copied, content, here));
      if (here !== null && isSame(here, next)) return;
      if (here === null) insert.run({ ...next, id: key });
      else for (const update of [updateCopy, updateOwn]) update.run({ ...next, id: key });
    },
  };
}

/** Throws where a page could not show it. */
function checked(alert: Content): Content {
  const { kind, level, atMs, fields, deliveries } = alert;
  if (!alertKinds.some((one) => one === kind)) throw new RangeError(`${JSON.stringify(kind)} is no kind of alert`);
  if (!alertLevels.some((one) => one === level)) throw new RangeError(`${JSON.stringify(level)} is not a level`);
  if (typeof atMs !== 'number' || !isMoment(atMs)) throw new RangeError(`${JSON.stringify(atMs)} is not a moment`);
  if (jsonObject(String(fields)) === null) throw new RangeError('its fields are not a JSON object');
  // As it came, else it would seem to have been changed here.
  return { ...alert, deliveries: deliveries ?? '[]' };
}

const isMoment = (ms: number): boolean => Number.isInteger(ms) && !Number.isNaN(new Date(ms).getTime());
