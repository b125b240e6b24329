import sql from 'mssql';
import type { CopyMark, CopyStore, DatabaseIdentity, Resend, SeenChange } from '../../ports/copy-store.ts';
import type { ReplicaStore } from '../../ports/replica-store.ts';
import type { RateReplicaStore } from '../../ports/rate-replica.ts';
import { findingOf, type Evidence, type Finding, type FoundChange } from '../../replication/history.ts';
import type { OnStanding } from '../../replication/loops.ts';
import { parsePosition } from '../../replication/position.ts';
import { callIdType } from '../records/rows.ts';
import { readIdentity } from './origin.ts';
import { comparing, type ComparingTools } from './comparing.ts';
import { ifReadable, unlessLacking } from '../rights.ts';
import { listOf } from '../statements.ts';

/** How often a mark is written, and looked at. */
export const markMs = 2000;
const callsAtOnce = 1000;

type ChangeTable = 'dbo.DirectoryChanges' | 'dbo.RateChanges';
type Local = CopyStore & Pick<ReplicaStore, 'directoryPosition'> & Pick<RateReplicaStore, 'ratesPosition'>;
type Context = { pool: sql.ConnectionPool; where: string; local: Local };

/** Whether what was read from the database and sent to it is still there. */
export async function examineHistory({ pool, where, local }: Context): Promise<Finding & { evidence: Evidence }> {
  const origin = await local.copyOrigin();
  const mark = await local.copyMark();
  const evidence: Evidence = {
    database: await readIdentity(pool, where),
    marked: await readMark(pool, origin.fileId),
    directory: await changeAt(pool, 'dbo.DirectoryChanges', mark.directory),
    rates: await changeAt(pool, 'dbo.RateChanges', mark.rates),
  };
  return { ...findingOf(origin, mark, evidence), evidence };
}

/** `held`: nothing may go to and fro; one line for the person who can act. */
export type Resumed = { kind: 'on' } | { kind: 'again'; why: string } | { kind: 'held'; reason: string };

/**
 * Before anything is read or sent: begins again where the database was restored. What was sent since the last mark is sent again in any
 * case, since nothing says whether a restore lost it.
 */
export async function resumeHistory(context: Context): Promise<Resumed> {
  const { local } = context;
  const finding = await examineHistory(context);
  const { database, marked } = finding.evidence;
  if (finding.kind === 'same') {
    if (marked !== null) await resendAfter(local, marked.sentUpTo);
    return { kind: 'on' };
  }
  const { why } = finding;
  const reason = await whyHeld(context, finding);
  if (reason !== null) return { kind: 'held', reason };
  const left = (await local.copyMark()).left ?? '';
  if (finding.kind === 'other-file') {
    // First, so that it begins again even where this program is stopped in between.
    await local.askAgain(why);
    await local.renewFileId();
    await local.beginAgain(database, { ...nothingSeen, sentUpTo: marked?.sentUpTo ?? 0, left });
  } else {
    await local.beginAgain(database, { ...nothingSeen, ...(marked ?? {}), left });
  }
  return { kind: 'again', why };
}

/**
 * A backup without any account, as one of before the move, would empty a working site, whose copy may be all that is left of its
 * directory. Who means it says so (dbo.usp_BeginHistory, billing-codes sqlserver copy-again).
 */
async function whyHeld(
  { pool, where, local }: Context,
  { why, evidence }: Exclude<Finding, { kind: 'same' }> & { evidence: Evidence },
): Promise<string | null> {
  const { again, source } = await local.copyOrigin();
  if (again !== null || source?.historyId !== evidence.database.historyId) return null;
  if ((await local.directoryKeys('accounts', 1)).length === 0) return null;
  const ask = () => pool.request().query('SELECT TOP (1) Id FROM dbo.Accounts');
  const there = await ifReadable(pool, ['dbo.Accounts'], ask, null);
  if (there === null || there.recordset.length > 0) return null;
  return (
    `SQL Server ${where}: ${why}, and it has no account at all, while the copy here has: nothing is copied and nothing is sent, and calls ` +
    'go on by the copy. Restore a later backup; or go on without SQL Server by what is here (billing-codes move-to-embedded --keep-copy); or, ' +
    'if it is to be empty, run billing-codes sqlserver copy-again'
  );
}

/** Some seconds' calls; sending one twice changes nothing. */
async function resendAfter(local: Local, sentUpTo: number): Promise<void> {
  const upTo = await local.sentUpTo();
  const left = await local.pendingResend();
  for (let after = sentUpTo; ;) {
    const calls = await local.sentCalls(after, upTo, callsAtOnce);
    const last = calls.at(-1);
    if (last === undefined) return;
    await local.resend([...new Set(calls.map(({ callId }) => callId))], left);
    after = last.seq;
  }
}

const nothingSeen: CopyMark = { beat: 0, sentUpTo: 0, directory: null, rates: null };

type Loop = { pause: () => Promise<void>; isOver: () => boolean };

/** Writes mark after mark. Ends once the database or the file's source is another one than before: the link then begins anew. */
export async function keepMarks(
  context: Context,
  source: DatabaseIdentity,
  { pause, isOver, onStanding, ...tools }: Loop & ComparingTools & { onStanding: OnStanding },
): Promise<void> {
  const { pool, local } = context;
  const compare = comparing(context, tools);
  while (!isOver()) {
    const finding = await examineHistory(context);
    const origin = await local.copyOrigin();
    const isSame = [origin.source, finding.evidence.database].every((one) => one?.databaseId === source.databaseId);
    if (!isSame || finding.kind !== 'same') return;
    const before = await local.copyMark();
    const left = await compare(before.left ?? '');
    const mark: CopyMark = {
      beat: before.beat + 1,
      sentUpTo: await local.sentUpTo(),
      directory: await lastRead(pool, 'dbo.DirectoryChanges', await local.directoryPosition(), before.directory),
      rates: await lastRead(pool, 'dbo.RateChanges', await local.ratesPosition(), before.rates),
      left,
    };
    // What is read and sent goes on without it; a restore is then noticed by less.
    const lacking = await unlessLacking(pool, 'marks', () => writeMark(pool, origin.fileId, mark));
    onStanding('it is not noted what was read and sent, by which a restore of the database is noticed', lacking);
    if (lacking === null) await local.noteMark(mark);
    await pause();
  }
}

/** Sends again what a restore may have lost. */
export async function resendLost({ pool, local }: Context, { pause, isOver }: Loop): Promise<number> {
  let sent = 0;
  for (let pending = await local.pendingResend(); pending !== null && !isOver();) {
    const calls = await local.sentCalls(pending.after, pending.upTo, callsAtOnce);
    const { lostAfter } = pending;
    const certain = calls.filter(({ seq }) => seq > lostAfter).map(({ callId }) => callId);
    const doubtful = calls.filter(({ seq }) => seq <= lostAfter).map(({ callId }) => callId);
    const lost = [...new Set([...certain, ...(await missing(pool, [...new Set(doubtful)]))])];
    const after = calls.at(-1)?.seq;
    const left: Resend | null = after === undefined ? null : { ...pending, after };
    await local.resend(lost, left);
    sent += lost.length;
    pending = left;
    if (left !== null) await pause();
  }
  return sent;
}

async function readMark(pool: sql.ConnectionPool, fileId: string): Promise<Evidence['marked']> {
  const { recordset } = await pool
    .request()
    .input('fileId', sql.UniqueIdentifier(), fileId)
    .query<{ beat: string; sentUpTo: string }>(
      'SELECT Beat AS beat, SentUpTo AS sentUpTo FROM dbo.ControllerMarks WHERE FileId = @fileId',
    );
  const [row] = recordset;
  return row === undefined ? null : { beat: Number(row.beat), sentUpTo: Number(row.sentUpTo) };
}

async function writeMark(pool: sql.ConnectionPool, fileId: string, { beat, sentUpTo }: CopyMark): Promise<void> {
  await pool
    .request()
    .input('fileId', sql.UniqueIdentifier(), fileId)
    .input('beat', sql.BigInt(), beat)
    .input('sentUpTo', sql.BigInt(), sentUpTo)
    .query(`UPDATE dbo.ControllerMarks SET Beat = @beat, SentUpTo = @sentUpTo, MarkedAt = SYSUTCDATETIME() WHERE FileId = @fileId;
IF @@ROWCOUNT = 0 INSERT INTO dbo.ControllerMarks (FileId, Beat, SentUpTo) VALUES (@fileId, @beat, @sentUpTo);`);
}

async function changeAt(pool: sql.ConnectionPool, table: ChangeTable, seen: SeenChange | null): Promise<FoundChange> {
  if (seen === null) return { kind: 'not-asked' };
  const ask = () =>
    pool
      .request()
      .input('id', sql.BigInt(), seen.id)
      .query<{ at: Date | null; oldest: string | null }>(
        `SELECT (SELECT ChangedAt FROM ${table} WHERE Id = @id) AS at, (SELECT MIN(Id) FROM ${table}) AS oldest`,
      );
  const answer = await ifReadable(pool, [table], ask, null);
  if (answer === null) return { kind: 'not-asked' };
  const { at = null, oldest = null } = answer.recordset[0] ?? {};
  if (at !== null) return { kind: 'there', atMs: at.getTime() };
  return { kind: oldest !== null && Number(oldest) > seen.id ? 'pruned' : 'missing' };
}

/** The last change that was read, or the newest one before it: numbers may be missing. `before`: what was noted of it. */
async function lastRead(
  pool: sql.ConnectionPool,
  table: ChangeTable,
  position: string | null,
  before: SeenChange | null,
): Promise<SeenChange | null> {
  const last = parsePosition(position, 0)?.last ?? 0;
  const ask = () =>
    pool
      .request()
      .input('last', sql.BigInt(), last)
      .query<{ id: string; at: Date }>(
        `SELECT TOP (1) Id AS id, ChangedAt AS at FROM ${table} WHERE Id <= @last ORDER BY Id DESC`,
      );
  const answer = await ifReadable(pool, [table], ask, null);
  if (answer === null) return before;
  const [row] = answer.recordset;
  return row === undefined ? null : { id: Number(row.id), atMs: row.at.getTime() };
}

/** Those that are neither there nor archived, or are there as calls that are still up. */
async function missing(pool: sql.ConnectionPool, callIds: readonly string[]): Promise<string[]> {
  if (callIds.length === 0) return [];
  const request = pool.request();
  const list = listOf(request, 'id', callIdType, callIds);
  const { recordset } = await request.query<{ callId: string }>(
    `SELECT CallId AS callId FROM dbo.CallRecords WHERE EndedAt IS NOT NULL AND CallId IN (${list})
UNION ALL SELECT CallId FROM dbo.CallArchive WHERE CallId IN (${list})`,
  );
  const there = new Set(recordset.map(({ callId }) => callId));
  return callIds.filter((callId) => !there.has(callId));
}
