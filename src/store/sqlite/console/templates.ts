import type { Database } from 'better-sqlite3';
import type { NewAuditEntry } from '../../../words/console.ts';
import type { RestrictionTemplate } from '../../../words/directory/restriction-template.ts';
import { StoreError } from '../../ports/store-error.ts';
import type { PerformersOf } from '../performers.ts';

type Saved = { id: number | null; template: Omit<RestrictionTemplate, 'id'>; entry: NewAuditEntry };

export type TemplateOperations = {
  saveTemplate: { input: Saved; result: number };
  removeTemplate: { input: { id: number; entry: NewAuditEntry }; result: null };
  noteTemplate: { input: { accountId: number; id: number | null }; result: null };
};

/** Makes the operations of the writer, to be run inside its transaction. They throw. */
export function prepareTemplates(db: Database, note: (entry: NewAuditEntry) => void): PerformersOf<TemplateOperations> {
  const hasName = db
    .prepare<[string, number], number>('SELECT 1 FROM restriction_templates WHERE name = ? AND id <> ?')
    .pluck();
  const insert = db.prepare<[string, string, number]>(
    'INSERT INTO restriction_templates (name, restriction, changed_at) VALUES (?, ?, ?)',
  );
  const update = db.prepare<[string, string, number, number]>(
    'UPDATE restriction_templates SET name = ?, restriction = ?, changed_at = ? WHERE id = ?',
  );
  const forget = db.prepare<[number]>('DELETE FROM restriction_template_uses WHERE template_id = ?');
  const remove = db.prepare<[number]>('DELETE FROM restriction_templates WHERE id = ?');
  const forgetUse = db.prepare<[number]>('DELETE FROM restriction_template_uses WHERE account_id = ?');
  const use = db.prepare<[number, number]>(
    'INSERT OR REPLACE INTO restriction_template_uses (account_id, template_id) SELECT ?, id FROM restriction_templates WHERE id = ?',
  );
  return {
    saveTemplate({ id, template: { name, restriction, changedAtMs }, entry }) {
      if (hasName.get(name, id ?? 0) !== undefined)
        throw new StoreError('duplicate', `There is a template called "${name}" already: choose another name.`);
      const values = [name, JSON.stringify(restriction), changedAtMs] as const;
      note(entry);
      if (id === null) return Number(insert.run(...values).lastInsertRowid);
      update.run(...values, id);
      return id;
    },
    removeTemplate({ id, entry }) {
      forget.run(id);
      if (remove.run(id).changes > 0) note(entry);
      return null;
    },
    noteTemplate({ accountId, id }) {
      if (id === null) forgetUse.run(accountId);
      else use.run(accountId, id);
      return null;
    },
  };
}
