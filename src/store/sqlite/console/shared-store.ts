import type { Database } from 'better-sqlite3';
import type { AuditLine, ChangedRow, ConsoleReplica, SharedKind } from '../../ports/console-replica.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';
import { selectAudit } from './rows.ts';
import { contentIn, prepareAgreed, sharedTables } from './shared-rows.ts';

type Named = { kind: SharedKind; key: string };

/** Read on the calling thread, written by the writer's. */
export function consoleReplica(db: Database, perform: Perform): ConsoleReplica {
  const tables = sharedTables(db);
  const agreedOf = prepareAgreed(db);
  // A token waits for its user.
  const changed = db.prepare<[number], Named>('SELECT kind, key FROM shared_changes ORDER BY kind DESC, key LIMIT ?');
  const lines = db.prepare<[number, number], AuditLine>(
    `${selectAudit} WHERE id > ? AND controller IS NULL ORDER BY id LIMIT ?`,
  );
  const rowOf = ({ kind, key }: Named): ChangedRow[] => {
    const content = tables[kind].read(key);
    if (content === null) return [];
    const agreed = agreedOf.get(kind, key);
    return [
      { kind, key, content, agreed: agreed === undefined ? null : { ...agreed, content: contentIn(agreed.content) } },
    ];
  };
  return {
    beginSharing: (database) => perform('beginSharing', database),
    changedRows: (limit) => reading(db, () => changed.all(limit).flatMap(rowOf)),
    takeRows: (rows, version) => perform('takeRows', { rows, version }),
    auditAfter: (after, limit) => reading(db, () => lines.all(after, limit)),
    noteAuditSent: async (upTo) => {
      await perform('noteAuditSent', upTo);
    },
    takeAudit: async (taken, upTo) => {
      await perform('takeAudit', { lines: taken, upTo });
    },
  };
}
