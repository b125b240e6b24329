import type { Database } from 'better-sqlite3';
import { messageOf } from '../../../words/thrown.ts';
import { mergeContent, isSame } from '../../replication/merge-shared.ts';
import {
  gone,
  sharedKinds,
  type ConsoleReplica,
  type RefusedRow,
  type SharedKind,
  type SharedPositions,
  type TakenRow,
} from '../../ports/console-replica.ts';
import type { DatabaseIdentity } from '../../ports/copy-store.ts';
import { auditFields } from '../../tables/console.ts';
import { isRowError } from '../errors.ts';
import type { PerformersOf } from '../performers.ts';
import { prepareSet, prepareSetting } from '../settings.ts';
import { contentIn, prepareAgreed } from './shared-rows.ts';
import { sharedTables } from './shared-tables.ts';

type TakenLine = Parameters<ConsoleReplica['takeAudit']>[0][number];

export type SharedConsoleOperations = {
  beginSharing: { input: DatabaseIdentity; result: SharedPositions };
  takeRows: { input: { rows: readonly TakenRow[]; version: number }; result: RefusedRow[] };
  noteAuditSent: { input: number; result: null };
  takeAudit: { input: { lines: readonly TakenLine[]; upTo: number }; result: null };
};

const settings = {
  database: 'console.database',
  version: 'console.version',
  auditSent: 'console.audit-sent',
  auditRead: 'console.audit-read',
} as const;

/** Operations of the writer, to be run inside its transaction. They throw. */
export function prepareSharedConsole(db: Database): PerformersOf<SharedConsoleOperations> {
  const set = prepareSet(db);
  const columns = { ...auditFields, controller: { sqlite: 'controller' } };
  const names = Object.keys(columns).map((name) => `@${name}`);
  const insertLine = db.prepare(
    `INSERT INTO console_audit (${Object.values(columns)
      .map(({ sqlite }) => sqlite)
      .join(', ')}) SELECT ${names.join(', ')}
WHERE NOT EXISTS (SELECT 1 FROM console_audit WHERE at = @atMs AND who = @who AND action = @action AND subject = @subject)`,
  );
  return {
    beginSharing: prepareBegin(db),
    takeRows: prepareTaking(db),
    noteAuditSent(upTo) {
      set.run(settings.auditSent, upTo);
      return null;
    },
    takeAudit({ lines, upTo }) {
      for (const { atMs, who, address, action, subject, before, after, controller } of lines)
        insertLine.run({ atMs, who, address, action, subject, before, after, controller });
      set.run(settings.auditRead, upTo);
      return null;
    },
  };
}

function prepareBegin(db: Database): PerformersOf<SharedConsoleOperations>['beginSharing'] {
  const [get, set] = [prepareSetting(db), prepareSet(db)];
  const forgetRows = db.prepare('DELETE FROM shared_rows');
  const compareAll = db.prepare(
    `INSERT OR IGNORE INTO shared_changes (kind, key)
SELECT 'user', shared_key FROM console_users UNION ALL SELECT 'token', token_hash FROM console_tokens
UNION ALL SELECT 'template', shared_key FROM restriction_templates UNION ALL SELECT 'template-use', account_id FROM restriction_template_uses
UNION ALL SELECT 'saved-report', shared_key FROM saved_reports UNION ALL SELECT 'alert', id FROM alerts`,
  );
  return ({ databaseId, historyId }) => {
    const [knownDatabase, knownHistory] = (get.get(settings.database) ?? '').split(' ');
    if (databaseId !== knownDatabase) forgetRows.run();
    if (databaseId !== knownDatabase || historyId !== knownHistory) {
      compareAll.run();
      for (const name of [settings.version, settings.auditSent, settings.auditRead]) set.run(name, 0);
      set.run(settings.database, `${databaseId} ${historyId}`);
    }
    const at = (name: string): number => Number(get.get(name) ?? 0);
    return { version: at(settings.version), auditSent: at(settings.auditSent), auditRead: at(settings.auditRead) };
  };
}

function prepareTaking(db: Database): PerformersOf<SharedConsoleOperations>['takeRows'] {
  const tables = sharedTables(db);
  const agreedOf = prepareAgreed(db);
  const set = prepareSet(db);
  const agree = db.prepare<[SharedKind, string, number, string]>(
    `INSERT INTO shared_rows (kind, key, version, content) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version, content = excluded.content`,
  );
  const settle = db.prepare<[SharedKind, string]>('DELETE FROM shared_changes WHERE kind = ? AND key = ?');
  const take = db.transaction((row: TakenRow): void => {
    const { kind, key, content, version, sent } = row;
    const agreed = agreedOf.get(kind, key);
    // A restore has taken the later one away: it is sent again.
    if (sent === null && agreed !== undefined && version < agreed.version) return;
    const here = tables[kind].read(key) ?? (agreed === undefined ? null : gone);
    const before = sent ?? (agreed === undefined ? null : contentIn(agreed.content));
    const next = here === null ? content : mergeContent(before, here, content);
    tables[kind].write({ kind, key, content: next });
    agree.run(kind, key, version, JSON.stringify(content));
    if (isSame(next, content)) settle.run(kind, key);
  });
  return ({ rows, version }) => {
    const refused: RefusedRow[] = [];
    for (const row of rows) {
      // Of a newer version of this program.
      if (!sharedKinds.includes(row.kind)) continue;
      try {
        take(row);
      } catch (error) {
        if (!isRowError(error)) throw error;
        refused.push({ kind: row.kind, key: row.key, reason: messageOf(error) });
      }
    }
    // What was refused is tried again at the next start.
    set.run(settings.version, refused.length > 0 ? 0 : version);
    return refused;
  };
}
