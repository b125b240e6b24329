import type { Database } from 'better-sqlite3';
import { jsonObject } from '../../../words/json-object.ts';
import { isSame } from '../../replication/merge-shared.ts';
import { assigned, insertInto, listed, type Columns } from './columns.ts';
import { known, prepareOwner, type Content, type SharedTable } from './shared-rows.ts';

const columns: Columns = {
  name: { sqlite: 'name' },
  report: { sqlite: 'report' },
  query: { sqlite: 'query' },
  madeAtMs: { sqlite: 'made_at' },
  schedule: { sqlite: 'schedule' },
};

/** Reports that people have saved, with their schedules. Of two of one name that were made before they met, the one here gets another. */
export function sharedReports(db: Database): SharedTable {
  const byKey = db.prepare<[string], Content>(
    `SELECT ${listed(columns, 'r.')}, u.shared_key AS user FROM saved_reports r JOIN console_users u ON u.id = r.user_id WHERE r.shared_key = ?`,
  );
  const ownerOf = prepareOwner(db, 'the report');
  const insert = db.prepare(
    insertInto('saved_reports', { ...columns, userId: { sqlite: 'user_id' }, key: { sqlite: 'shared_key' } }),
  );
  const update = db.prepare(`UPDATE saved_reports SET ${assigned(columns)}, user_id = @userId WHERE shared_key = @key`);
  const remove = db.prepare<[string]>('DELETE FROM saved_reports WHERE shared_key = ?');
  const giveWay = prepareGivingWay(db);
  const read = (key: string): Content | null => byKey.get(key) ?? null;
  return {
    read,
    write({ key, content }) {
      if (content['gone'] === 1) {
        remove.run(key);
        return;
      }
      const here = read(key);
      const { user, userId } = ownerOf(content, here);
      const next = known(columns, content, here);
      // Typed by hand: nobody could read the list that it is in.
      const schedule = next['schedule'] ?? null;
      if (schedule !== null && jsonObject(String(schedule)) === null)
        throw new RangeError('its schedule is not a JSON object');
      if (here !== null && isSame(here, { ...next, user })) return;
      giveWay({ userId, key, name: String(next['name']) });
      (here === null ? insert : update).run({ ...next, userId, key });
    },
  };
}

/** Makes a function that gives another report of this name and user a free one: `Calls`, `Calls (2)`, `Calls (3)`, … */
function prepareGivingWay(db: Database): (row: { userId: number; key: string; name: string }) => void {
  const find = db.prepare<[number, string], { key: string; name: string }>(
    'SELECT shared_key AS key, name FROM saved_reports WHERE user_id = ? AND name = ?',
  );
  const rename = db.prepare<[string, string]>('UPDATE saved_reports SET name = ? WHERE shared_key = ?');
  return ({ userId, key, name }) => {
    const other = find.get(userId, name);
    if (other === undefined || other.key === key) return;
    let free = other.name;
    for (let count = 2; find.get(userId, free) !== undefined; count += 1) free = `${other.name} (${count})`;
    rename.run(free, other.key);
  };
}
