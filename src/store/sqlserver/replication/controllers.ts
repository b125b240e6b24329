import sql from 'mssql';
import type { QueueState } from '../../replication/queue-state.ts';
import { parsePosition } from '../../replication/position.ts';
import type { RateReplicaStore } from '../../ports/rate-replica.ts';
import type { ReplicaStore } from '../../ports/replica-store.ts';
import { EndOfLink } from '../../replication/loops.ts';
import { toStoreError } from '../errors.ts';
import { affected } from '../statements.ts';

/** Which controller this is. A name belongs to the host and data folder that hold it, until they are not heard of for a while. */
export type ControllerIdentity = { name: string; host: string; folder: string; processId: number; version: string };

/** A row of dbo.Controllers. Times are UTC milliseconds. */
export type ListedController = ControllerIdentity & {
  state: 'connected' | 'stopped' | 'lost';
  connectedAtMs: number;
  seenAtMs: number;
  stoppedAtMs: number | null;
  /** Changes of the directory that it has not copied yet; null: it copies everything. */
  directoryBehind: number | null;
  ratesBehind: number | null;
  freshAtMs: number | null;
  waiting: number;
  waitingSinceMs: number | null;
  refused: number;
};

/** One that has not reported for this long is lost, and its name free. */
const lostAfterSeconds = 30;
export const reportEveryMs = 5_000;

const isLost = `SeenAt < DATEADD(SECOND, -${lostAfterSeconds}, SYSUTCDATETIME())`;

/** Of a row of dbo.Controllers. */
export const isConnected = `StoppedAt IS NULL AND NOT ${isLost}`;

/** Takes the name for this controller, or rejects with an `EndOfLink` that says who has it. */
export async function claimName(pool: sql.ConnectionPool, where: string, self: ControllerIdentity): Promise<void> {
  try {
    const { rowsAffected } = await withIdentity(pool.request(), self).query(
      `UPDATE dbo.Controllers SET Host = @host, Folder = @folder, ProcessId = @processId, ProgramVersion = @version,
  ConnectedAt = SYSUTCDATETIME(), SeenAt = SYSUTCDATETIME(), StoppedAt = NULL
WHERE Name = @name AND ((Host = @host AND Folder = @folder) OR StoppedAt IS NOT NULL OR ${isLost})`,
    );
    if (affected({ rowsAffected }) > 0) return;
    const { recordset } = await withIdentity(pool.request(), self).query<{ Host: string; Pid: number; Folder: string }>(
      'SELECT Host, ProcessId AS Pid, Folder FROM dbo.Controllers WHERE Name = @name',
    );
    const [holder] = recordset;
    if (holder !== undefined) throw nameTaken(where, self.name, holder);
    await withIdentity(pool.request(), self).query(
      `INSERT INTO dbo.Controllers (Name, Host, Folder, ProcessId, ProgramVersion, ConnectedAt, SeenAt)
VALUES (@name, @host, @folder, @processId, @version, SYSUTCDATETIME(), SYSUTCDATETIME())`,
    );
  } catch (error) {
    throw error instanceof EndOfLink ? error : toStoreError(error, where, 'The name of this controller');
  }
}

function nameTaken(where: string, name: string, holder: { Host: string; Pid: number; Folder: string }): EndOfLink {
  return new EndOfLink(
    `SQL Server ${where}: another controller is named ${name} and connected, process ${holder.Pid} on ${holder.Host} (${holder.Folder}): give each controller a name of its own (controller.name)`,
  );
}

type Reporting = {
  pool: sql.ConnectionPool;
  where: string;
  self: ControllerIdentity;
  local: Pick<ReplicaStore, 'directoryPosition' | 'freshAtMs'> & Pick<RateReplicaStore, 'ratesPosition'>;
  queue: () => Promise<QueueState>;
  pause: () => Promise<void>;
  isOver: () => boolean;
};

/** Keeps the row of this controller fresh, by one statement every few seconds, until `isOver`. Rejects where another has taken its name. */
export async function reportSelf({ pool, where, self, local, queue, pause, isOver }: Reporting): Promise<void> {
  while (!isOver()) {
    const { waiting, waitingSinceMs, refused } = await queue();
    const freshAtMs = await local.freshAtMs();
    const { rowsAffected } = await withIdentity(pool.request(), self)
      .input('directory', sql.BigInt(), lastOf(await local.directoryPosition()))
      .input('rates', sql.BigInt(), lastOf(await local.ratesPosition()))
      .input('fresh', sql.DateTime2(3), dateOf(freshAtMs))
      .input('waiting', sql.Int(), waiting)
      .input('since', sql.DateTime2(3), dateOf(waitingSinceMs))
      .input('refused', sql.Int(), refused)
      .query(
        `UPDATE dbo.Controllers SET SeenAt = SYSUTCDATETIME(), StoppedAt = NULL, DirectoryRead = @directory, RatesRead = @rates,
  FreshAt = @fresh, WaitingRecords = @waiting, WaitingSince = @since, RefusedRecords = @refused
WHERE Name = @name AND Host = @host AND Folder = @folder`,
      );
    // Deleted by an administrator, or taken by another while this one was not heard of: that one is named then.
    if (affected({ rowsAffected }) === 0) await claimName(pool, where, self);
    await pause();
  }
}

/** Notes that it was stopped, so that nobody looks for it, and another may have its name at once. */
export async function noteStopped(pool: sql.ConnectionPool, self: ControllerIdentity): Promise<void> {
  await withIdentity(pool.request(), self).query(
    `UPDATE dbo.Controllers SET SeenAt = SYSUTCDATETIME(), StoppedAt = SYSUTCDATETIME()
WHERE Name = @name AND Host = @host AND Folder = @folder`,
  );
}

/** Every controller that was ever connected, by name. Rejects with a `StoreError`. */
export async function listControllers(pool: sql.ConnectionPool, where: string): Promise<ListedController[]> {
  try {
    const { recordset } = await pool.request().query<Row>(
      `SELECT Name AS name, Host AS host, Folder AS folder, ProcessId AS processId, ProgramVersion AS version,
  CASE WHEN StoppedAt IS NOT NULL THEN 'stopped' WHEN ${isLost} THEN 'lost' ELSE 'connected' END AS state,
  ConnectedAt AS connectedAt, SeenAt AS seenAt, StoppedAt AS stoppedAt, FreshAt AS freshAt,
  DirectoryRead AS directoryRead, (SELECT MAX(Id) FROM dbo.DirectoryChanges) AS directoryLast,
  RatesRead AS ratesRead, (SELECT MAX(Id) FROM dbo.RateChanges) AS ratesLast,
  WaitingRecords AS waiting, WaitingSince AS waitingSince, RefusedRecords AS refused
FROM dbo.Controllers ORDER BY Name`,
    );
    return recordset.map(listed);
  } catch (error) {
    throw toStoreError(error, where);
  }
}

type Row = ControllerIdentity &
  Pick<ListedController, 'state' | 'waiting' | 'refused'> & {
    connectedAt: Date;
    seenAt: Date;
    stoppedAt: Date | null;
    freshAt: Date | null;
    waitingSince: Date | null;
    directoryRead: string | null;
    directoryLast: string | null;
    ratesRead: string | null;
    ratesLast: string | null;
  };

function listed({ connectedAt, seenAt, stoppedAt, freshAt, waitingSince, ...all }: Row): ListedController {
  const { directoryRead, directoryLast, ratesRead, ratesLast, ...row } = all;
  // Not by the server: what somebody wrote there by hand would overflow, and keep all others from being listed.
  const behind = (read: string | null, last: string | null): number | null =>
    read === null ? null : Math.max(0, Number(last ?? 0) - Number(read));
  return {
    ...row,
    ...{ connectedAtMs: connectedAt.getTime(), seenAtMs: seenAt.getTime(), stoppedAtMs: stoppedAt?.getTime() ?? null },
    ...{ freshAtMs: freshAt?.getTime() ?? null, waitingSinceMs: waitingSince?.getTime() ?? null },
    ...{ directoryBehind: behind(directoryRead, directoryLast), ratesBehind: behind(ratesRead, ratesLast) },
  };
}

function withIdentity(
  request: sql.Request,
  { name, host, folder, processId, version }: ControllerIdentity,
): sql.Request {
  return request
    .input('name', sql.NVarChar(60), name)
    .input('host', sql.NVarChar(200), host)
    .input('folder', sql.NVarChar(400), folder)
    .input('processId', sql.Int(), processId)
    .input('version', sql.VarChar(40), version);
}

const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

const lastOf = (position: string | null): number | null => parsePosition(position, 0)?.last ?? null;
