import type { Database } from 'better-sqlite3';
import { isSame } from '../../replication/merge-shared.ts';
import { assigned, insertInto, listed, type Columns } from './columns.ts';
import { known, prepareNames, type Content, type SharedTable } from './shared-rows.ts';

const columns: Columns = {
  name: { sqlite: 'name' },
  restriction: { sqlite: 'restriction' },
  changedAtMs: { sqlite: 'changed_at' },
};

export function sharedTemplates(db: Database): SharedTable {
  const byKey = db.prepare<[string], Content>(
    `SELECT ${listed(columns)} FROM restriction_templates WHERE shared_key = ?`,
  );
  const names = prepareNames(db, 'template', 'restriction_templates');
  const insert = db.prepare(insertInto('restriction_templates', { ...columns, key: { sqlite: 'shared_key' } }));
  const update = db.prepare(`UPDATE restriction_templates SET ${assigned(columns)} WHERE shared_key = @key`);
  const forgetUses = db.prepare<[string]>(
    'DELETE FROM restriction_template_uses WHERE template_id = (SELECT id FROM restriction_templates WHERE shared_key = ?)',
  );
  const remove = db.prepare<[string]>('DELETE FROM restriction_templates WHERE shared_key = ?');
  const read = (key: string): Content | null => byKey.get(key) ?? null;
  return {
    read,
    write({ key, content }) {
      if (content['gone'] === 1) {
        forgetUses.run(key);
        remove.run(key);
        return;
      }
      const named = { key, name: content['name'] ?? null };
      names.giveBack(named);
      if (read(key) === null && !names.adopt(named)) {
        insert.run({ ...known(columns, content, null), key });
        return;
      }
      const here = read(key);
      const next = known(columns, content, here);
      if (here === null || !isSame(here, next)) update.run({ ...next, key });
    },
  };
}

/** Which template an account was given last, by the id of the account. */
export function sharedTemplateUses(db: Database): SharedTable {
  const ofAccount = db
    .prepare<[string], string>(
      `SELECT t.shared_key FROM restriction_template_uses u JOIN restriction_templates t ON t.id = u.template_id WHERE u.account_id = CAST(? AS INTEGER)`,
    )
    .pluck();
  const idOf = db.prepare<[string], number>('SELECT id FROM restriction_templates WHERE shared_key = ?').pluck();
  const forget = db.prepare<[string]>('DELETE FROM restriction_template_uses WHERE account_id = CAST(? AS INTEGER)');
  const use = db.prepare<[string, number]>(
    'INSERT OR REPLACE INTO restriction_template_uses (account_id, template_id) VALUES (CAST(? AS INTEGER), ?)',
  );
  const isGone = db.prepare<[string], number>(
    "SELECT 1 FROM shared_rows WHERE kind = 'template' AND key = ? AND json_extract(content, '$.gone') = 1",
  );
  const read = (key: string): { template: string | null } => ({ template: ofAccount.get(key) ?? null });
  return {
    read,
    write({ key, content }) {
      const named = content['template'] ?? null;
      const template = named === null || isGone.get(String(named)) !== undefined ? null : named;
      if (template === read(key).template) return;
      if (template === null) {
        forget.run(key);
        return;
      }
      const id = idOf.get(String(template));
      if (id === undefined) throw new RangeError(`account ${key} has a template that is not here (${template})`);
      use.run(key, id);
    },
  };
}
