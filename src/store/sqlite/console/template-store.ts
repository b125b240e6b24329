import type { Database } from 'better-sqlite3';
import type { RestrictionTemplate } from '../../../words/directory/restriction-template.ts';
import { unrestricted, type Restriction } from '../../../words/directory/restriction.ts';
import type { TemplateStore } from '../../ports/templates.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';

type Row = Omit<RestrictionTemplate, 'restriction'> & { restriction: string };
const columns = 't.id, t.name, t.restriction, t.changed_at AS changedAtMs';
const templateOf = <R extends Row>({ restriction, ...row }: R) => ({
  ...row,
  restriction: { ...unrestricted, ...(JSON.parse(restriction) as Partial<Restriction>) },
});

/** Read on the calling thread, written by the writer's. */
export function templateStore(db: Database, perform: Perform): TemplateStore {
  const list = db.prepare<[], Row & { uses: number }>(
    `SELECT ${columns}, (SELECT count(*) FROM restriction_template_uses u WHERE u.template_id = t.id) AS uses
FROM restriction_templates t ORDER BY t.name`,
  );
  const ofAccount = db.prepare<[number], Row>(
    `SELECT ${columns} FROM restriction_template_uses u JOIN restriction_templates t ON t.id = u.template_id WHERE u.account_id = ?`,
  );
  const users = db
    .prepare<[number, number], number>(
      'SELECT account_id FROM restriction_template_uses WHERE template_id = ? ORDER BY account_id LIMIT ?',
    )
    .pluck();
  return {
    listTemplates: () => reading(db, () => list.all().map(templateOf)),
    templateOf: (accountId) =>
      reading(db, () => {
        const row = ofAccount.get(accountId);
        return row === undefined ? null : templateOf(row);
      }),
    usersOfTemplate: (id, limit) => reading(db, () => users.all(id, limit)),
    saveTemplate: (id, template, entry) => perform('saveTemplate', { id, template, entry }),
    removeTemplate: async (id, entry) => {
      await perform('removeTemplate', { id, entry });
    },
    noteTemplate: async (accountId, id) => {
      await perform('noteTemplate', { accountId, id });
    },
  };
}
