import type { AuditLine, SharedConsole, VersionedRow } from '../../../src/store/ports/console-replica.ts';
import { agreeOn, nameKeyOf } from '../../../src/store/replication/agree-shared.ts';
import { shareConsole } from '../../../src/store/replication/share-console.ts';
import type { LocalStore } from '../../../src/store/sqlite/store.ts';

type Record = SharedConsole & { rows: Map<string, VersionedRow>; lines: (AuditLine & { controller: string })[] };

/** What SQL Server does, in memory; `console.test.ts` of the real one does the same on the server. */
export function systemOfRecord(): { of: (controller: string) => SharedConsole } & Pick<Record, 'rows' | 'lines'> {
  const rows = new Map<string, VersionedRow>();
  const lines: Record['lines'] = [];
  let version = 0;
  const of = (controller: string): SharedConsole => ({
    latest: () => Promise.resolve({ version, audit: lines.length }),
    rowsBeyond: () => Promise.resolve([...rows.values()].filter((row) => row.version > version || row.version < 1)),
    rowsAfter: (after, limit) =>
      Promise.resolve(
        [...rows.values()]
          .filter((row) => row.version > after)
          .sort((one, other) => one.version - other.version)
          .slice(0, limit),
      ),
    async agree(changed) {
      const known = Math.max(version, ...changed.map(({ agreed }) => agreed?.version ?? 0));
      const { taken, upTo } = await agreeOn(changed, known, {
        find: ({ kind, key }) => rows.get(`${kind} ${key}`) ?? null,
        isNamed: ({ kind, key }, nameKey) =>
          Promise.resolve(
            [...rows.values()].some((row) => row.kind === kind && row.key !== key && nameKeyOf(row) === nameKey),
          ),
        write: (row) => Promise.resolve(void rows.set(`${row.kind} ${row.key}`, row)),
      });
      version = upTo;
      return taken;
    },
    appendAudit: (more) =>
      Promise.resolve(void lines.push(...more.map((line) => ({ ...line, controller, fileLine: line.id })))),
    auditAfter: (after, limit) =>
      Promise.resolve(
        lines
          .map((line, at) => ({ ...line, id: at + 1, isOwn: line.controller === controller }))
          .slice(after, after + limit),
      ),
  });
  return { of, rows, lines };
}

export const database = { databaseId: 'a', historyId: '1' };

/** One look at the other side, or several. */
export async function share(local: LocalStore, shared: SharedConsole, of = database, looks = 1): Promise<string[]> {
  const problems: string[] = [];
  let left = looks;
  await shareConsole({
    ...{ shared, local, database: of, onProblem: (text) => problems.push(text), isOver: () => left === 0 },
    pause() {
      left -= 1;
      return Promise.resolve();
    },
  });
  return problems;
}

/** Each of them knows then what the other had to say. */
export async function shareTwice(
  record: ReturnType<typeof systemOfRecord>,
  first: LocalStore,
  second: LocalStore,
): Promise<void> {
  for (let look = 0; look < 2; look += 1) {
    await share(first, record.of('first'));
    await share(second, record.of('second'));
  }
}
