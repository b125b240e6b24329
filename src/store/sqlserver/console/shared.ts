import sql from 'mssql';
import { agreeOn, nameKeyOf } from '../../replication/agree-shared.ts';
import { contentIn } from '../../replication/merge-shared.ts';
import type {
  AuditLine,
  ChangedRow,
  SharedConsole,
  SharedKind,
  TakenRow,
  VersionedRow,
} from '../../ports/console-replica.ts';
import { StoreError } from '../../ports/store-error.ts';
import { alertsKeptMs } from '../../../words/alert.ts';
import { auditFields } from '../../tables/console.ts';
import { fromSql, sqlTypeOf, toSql } from '../column.ts';
import { toStoreError } from '../errors.ts';
import { listOf } from '../statements.ts';
import { within } from '../transaction.ts';
import { requestOn } from '../request.ts';

type Context = {
  pool: sql.ConnectionPool;
  where: string;
  controller: string;
  fileId: () => Promise<string>;
};

const subject = 'The console';
const keyType = sql.VarChar(64);
const kindType = sql.VarChar(20);
const nameType = sql.NVarChar(100);
const alertsAtOnce = 200;

/** What controllers share of the console, in SQL Server (dbo.ConsoleRows, dbo.ConsoleAudit). */
export function sharedConsole(context: Context): SharedConsole {
  const { pool, where } = context;
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, where, subject);
    }
  };
  return {
    latest: () => attempt(() => latest(pool)),
    rowsBeyond: () => attempt(() => rowsBeyond(pool)),
    rowsAfter: (version, limit) => attempt(() => rowsAfter(pool, version, limit)),
    agree: (rows) => within(pool, where, subject, (transaction) => agree(transaction, context, rows)),
    appendAudit: async (lines) => {
      const fileId = await context.fileId();
      await within(pool, where, subject, (transaction) => append(transaction, { ...context, fileId }, lines));
    },
    auditAfter: (after, limit) => attempt(() => auditAfter(context, after, limit)),
  };
}

const emptyVersion =
  'dbo.ConsoleVersion is empty: INSERT INTO dbo.ConsoleVersion (Id, Version) SELECT 1, ISNULL(MAX(Version), 0) FROM dbo.ConsoleRows';

async function latest(pool: sql.ConnectionPool): Promise<{ version: number; audit: number }> {
  const { recordset } = await pool
    .request()
    .query<{ version: string | null; audit: string | null }>(
      'SELECT (SELECT MAX(Version) FROM dbo.ConsoleVersion) AS version, (SELECT MAX(Id) FROM dbo.ConsoleAudit) AS audit',
    );
  const [found] = recordset;
  // Whoever writes would begin with 1 again, and nobody would read it.
  if (found?.version == null) throw new StoreError('unavailable', emptyVersion);
  return { version: Number(found.version), audit: Number(found.audit ?? 0) };
}

type Row = { kind: SharedKind; key: string; content: string; version: string };
const columns = 'Kind AS kind, RowKey AS [key], Content AS content, Version AS version';
const rowOf = ({ kind, key, content, version }: Row): VersionedRow => ({
  ...{ kind, key, version: Number(version) },
  content: contentIn(content),
});

/** For people: those that are named first say enough. */
const beyondAtOnce = 20;

async function rowsBeyond(pool: sql.ConnectionPool): Promise<VersionedRow[]> {
  const { recordset } = await pool
    .request()
    .query<Row>(
      `SELECT TOP (${beyondAtOnce}) ${columns} FROM dbo.ConsoleRows WHERE Version < 1 OR Version > (SELECT MAX(Version) FROM dbo.ConsoleVersion) ORDER BY Version`,
    );
  return recordset.map(rowOf);
}

async function rowsAfter(pool: sql.ConnectionPool, version: number, limit: number): Promise<VersionedRow[]> {
  const { recordset } = await pool
    .request()
    .input('version', sql.BigInt(), version)
    .query<Row>(`SELECT TOP (${limit}) ${columns} FROM dbo.ConsoleRows WHERE Version > @version ORDER BY Version`);
  return recordset.map(rowOf);
}

/** Until its transaction ends, nobody else writes, so that whoever reads up to a version has read everything before. */
async function holdVersion(transaction: sql.Transaction, known: number): Promise<number> {
  const { recordset } = await requestOn(transaction)
    .input('known', sql.BigInt(), known)
    .query<{ version: string }>(
      `UPDATE dbo.ConsoleVersion SET Version = CASE WHEN Version < @known THEN @known ELSE Version END;
SELECT Version AS version FROM dbo.ConsoleVersion`,
    );
  return Number(recordset[0]?.version ?? 0);
}

async function agree(
  transaction: sql.Transaction,
  { controller }: Context,
  rows: readonly ChangedRow[],
): Promise<TakenRow[]> {
  const version = await holdVersion(transaction, Math.max(0, ...rows.map(({ agreed }) => agreed?.version ?? 0)));
  const there = await rowsOf(transaction, rows);
  const { taken, upTo } = await agreeOn(rows, version, {
    find: ({ kind, key }) => there.get(`${kind} ${key}`) ?? null,
    isNamed: (row, nameKey) => isNamed(transaction, row, nameKey),
    write: (row, isNew) => write(transaction, controller, row, isNew),
  });
  await requestOn(transaction)
    .input('version', sql.BigInt(), upTo)
    .query('UPDATE dbo.ConsoleVersion SET Version = @version');
  if (rows.some(({ kind }) => kind === 'alert')) await forgetAlerts(transaction);
  return taken;
}

/** Some of those that are too old; each controller lets its own copies go. */
async function forgetAlerts(transaction: sql.Transaction): Promise<void> {
  await requestOn(transaction)
    .input('days', sql.Int(), alertsKeptMs / 86_400_000)
    .query(
      `DELETE TOP (${alertsAtOnce}) FROM dbo.ConsoleRows WHERE Kind = 'alert' AND ChangedAt < DATEADD(DAY, -@days, SYSUTCDATETIME())`,
    );
}

async function rowsOf(
  transaction: sql.Transaction,
  rows: readonly ChangedRow[],
): Promise<ReadonlyMap<string, VersionedRow>> {
  const request = requestOn(transaction);
  const keys = listOf(
    request,
    'key',
    keyType,
    rows.map(({ key }) => key),
  );
  const { recordset } = await request.query<Row>(`SELECT ${columns} FROM dbo.ConsoleRows WHERE RowKey IN (${keys})`);
  return new Map(recordset.map((row) => [`${row.kind} ${row.key}`, rowOf(row)]));
}

async function isNamed(
  transaction: sql.Transaction,
  { kind, key }: Pick<VersionedRow, 'kind' | 'key'>,
  nameKey: string,
): Promise<boolean> {
  const { recordset } = await requestOn(transaction)
    .input('kind', kindType, kind)
    .input('key', keyType, key)
    .input('name', nameType, nameKey)
    .query<{ found: number }>(
      'SELECT 1 AS found FROM dbo.ConsoleRows WHERE Kind = @kind AND NameKey = @name AND RowKey <> @key',
    );
  return recordset.length > 0;
}

async function write(
  transaction: sql.Transaction,
  controller: string,
  row: VersionedRow,
  isNew: boolean,
): Promise<void> {
  await requestOn(transaction)
    .input('kind', kindType, row.kind)
    .input('key', keyType, row.key)
    .input('name', nameType, nameKeyOf(row))
    .input('content', sql.NVarChar(sql.MAX), JSON.stringify(row.content))
    .input('version', sql.BigInt(), row.version)
    .input('controller', sql.NVarChar(60), controller)
    .query(
      isNew
        ? `INSERT INTO dbo.ConsoleRows (Kind, RowKey, NameKey, Content, Version, ChangedAt, Controller)
VALUES (@kind, @key, @name, @content, @version, SYSUTCDATETIME(), @controller)`
        : `UPDATE dbo.ConsoleRows SET NameKey = @name, Content = @content, Version = @version, ChangedAt = SYSUTCDATETIME(), Controller = @controller
WHERE Kind = @kind AND RowKey = @key`,
    );
}

const fields = Object.entries(auditFields);
const auditColumns = fields.map(([, { sqlServer }]) => sqlServer).join(', ');

async function append(
  transaction: sql.Transaction,
  { controller, fileId }: { controller: string; fileId: string },
  lines: readonly AuditLine[],
): Promise<void> {
  await holdVersion(transaction, 0);
  for (const line of lines) {
    const request = requestOn(transaction)
      .input('fileId', sql.UniqueIdentifier(), fileId)
      .input('line', sql.BigInt(), line.id)
      .input('controller', sql.NVarChar(60), controller);
    for (const [name, { type }] of fields)
      request.input(name, sqlTypeOf(type), toSql(type, line[name as keyof typeof auditFields]));
    // A file that was restored sends lines again, and is another file by then.
    await request.query(
      `INSERT INTO dbo.ConsoleAudit (FileId, FileLine, Controller, ${auditColumns})
SELECT @fileId, @line, @controller, ${fields.map(([name]) => `@${name}`).join(', ')}
WHERE NOT EXISTS (SELECT 1 FROM dbo.ConsoleAudit
  WHERE At = @atMs AND Who = @who AND Action = @action AND Subject = @subject AND Controller = @controller)`,
    );
  }
}

type ReadLine = { id: string; controller: string; isOwn: number } & Record<keyof typeof auditFields, unknown>;

async function auditAfter(
  { pool, fileId }: Context,
  after: number,
  limit: number,
): ReturnType<SharedConsole['auditAfter']> {
  const { recordset } = await pool
    .request()
    .input('after', sql.BigInt(), after)
    .input('fileId', sql.UniqueIdentifier(), await fileId())
    .query<ReadLine>(
      `SELECT TOP (${limit}) Id AS id, Controller AS controller, CASE WHEN FileId = @fileId THEN 1 ELSE 0 END AS isOwn,
${fields.map(([name, { sqlServer }]) => `${sqlServer} AS [${name}]`).join(', ')} FROM dbo.ConsoleAudit WHERE Id > @after ORDER BY Id`,
    );
  return recordset.map(({ id, controller, isOwn, ...row }) => {
    const line = Object.fromEntries(
      fields.map(([name, { type }]) => [name, fromSql(type, row[name as keyof typeof auditFields])]),
    );
    return { ...(line as Omit<AuditLine, 'id'>), id: Number(id), controller, isOwn: isOwn === 1 };
  });
}
