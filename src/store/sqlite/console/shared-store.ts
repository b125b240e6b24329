import type { Database } from 'better-sqlite3';
import {
  gone,
  sharedKinds,
  type AuditLine,
  type ChangedRow,
  type ConsoleReplica,
  type SharedKind,
} from '../../ports/console-replica.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';
import { selectAudit } from './rows.ts';
import { contentIn, prepareAgreed } from './shared-rows.ts';
import { sharedTables } from './shared-tables.ts';

type Named = { kind: SharedKind; key: string };

/** Read on the calling thread, written by the writer's. */
export function consoleReplica(db: Database, perform: Perform): ConsoleReplica {
  const tables = sharedTables(db);
  const agreedOf = prepareAgreed(db);
  const places = sharedKinds.map((kind, at) => `WHEN '${kind}' THEN ${at}`).join(' ');
  const changed = db.prepare<[number], Named>(
    `SELECT kind, key FROM shared_changes ORDER BY CASE kind ${places} END, key LIMIT ?`,
  );
  const lines = db.prepare<[number, number], AuditLine>(
    `${selectAudit} WHERE id > ? AND controller IS NULL ORDER BY id LIMIT ?`,
  );
  const rowOf = ({ kind, key }: Named): ChangedRow[] => {
    const agreed = agreedOf.get(kind, key);
    const content = tables[kind].read(key) ?? (agreed === undefined ? null : gone);
    // Removed before anybody else knew it.
    if (content === null) return [];
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
