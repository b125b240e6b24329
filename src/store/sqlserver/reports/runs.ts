import { createHash } from 'node:crypto';
import sql from 'mssql';
import type { ClaimedRun, Elsewhere, SharedRuns } from '../../../reports/schedule/shared-runs.ts';
import { StoreError } from '../../ports/store-error.ts';
import { connect } from '../connect.ts';
import { toStoreError } from '../errors.ts';
import { isConnected, type ControllerIdentity } from '../replication/controllers.ts';
import { addressOf } from '../settings.ts';
import { affected } from '../statements.ts';

/** Longer than the longest pause between two tries: a controller that does not have the schedule any more keeps it from nobody. */
const staleHours = 2;
const keptDays = 400;
/** What an index of SQL Server 2008 can hold beside the schedule. */
const longestRecipient = 350;

/** Of a run that is over nobody asks who had it, and addresses are kept no longer than they are needed. */
const forgetRecipients = `DELETE FROM dbo.ReportRecipients WHERE EXISTS (SELECT 1 FROM dbo.ReportRuns o
  WHERE o.Schedule = dbo.ReportRecipients.Schedule AND o.DueAt = dbo.ReportRecipients.DueAt AND o.DeliveredAt IS NOT NULL)`;

const subject = 'A scheduled report';
const isThisRun = 'Schedule = @schedule AND DueAt = @due';

/** As dbo.ReportRecipients has it. */
const keyOf = (recipient: string): string =>
  recipient.length <= longestRecipient ? recipient : createHash('sha256').update(recipient).digest('hex');

/**
 * Which controller makes a scheduled report (dbo.ReportRuns), and who has got it (dbo.ReportRecipients). A controller that was stopped, or has
 * not been heard of for 30 seconds, loses what it was making.
 */
export async function openRuns(
  config: sql.config,
  self: Pick<ControllerIdentity, 'name' | 'host' | 'folder'>,
): Promise<SharedRuns> {
  const where = addressOf(config);
  const pool = await connect(config, () => undefined);
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw error instanceof StoreError ? error : toStoreError(error, where, subject);
    }
  };
  return {
    claim: (schedule, dueAtMs, idleHours = staleHours) =>
      attempt(async (): Promise<ClaimedRun | Elsewhere> => {
        const request = () =>
          pool
            .request()
            .input('schedule', sql.NVarChar(60), schedule)
            .input('due', sql.DateTime2(3), new Date(dueAtMs))
            .input('controller', sql.NVarChar(60), self.name)
            .input('host', sql.NVarChar(200), self.host)
            .input('folder', sql.NVarChar(400), self.folder);
        const state = await claim(request, idleHours);
        return state === 'mine' ? await claimed(request, attempt) : state;
      }),
    close: () => pool.close(),
  };
}

type Requesting = () => sql.Request;

async function claim(request: Requesting, idleHours: number): Promise<'mine' | Elsewhere> {
  if (await isNameTaken(request)) return 'under-way';
  await request().query(
    `DELETE FROM dbo.ReportRecipients WHERE DueAt < DATEADD(DAY, -${keptDays}, SYSUTCDATETIME()) OR DeliveredAt < DATEADD(DAY, -${keptDays}, SYSUTCDATETIME());
DELETE FROM dbo.ReportRuns WHERE DueAt < DATEADD(DAY, -${keptDays}, SYSUTCDATETIME())`,
  );
  const isAdded = await add(request);
  const isHolderGone = `NOT EXISTS (SELECT 1 FROM dbo.Controllers c WHERE c.Name = dbo.ReportRuns.Controller AND ${isConnected})`;
  const taken = await request()
    .input('idle', sql.Int(), idleHours)
    .query(
      `UPDATE dbo.ReportRuns SET Controller = @controller, ClaimedAt = SYSUTCDATETIME() WHERE ${isThisRun} AND DeliveredAt IS NULL
  AND (Controller = @controller OR ClaimedAt < DATEADD(HOUR, -@idle, SYSUTCDATETIME()) OR ${isHolderGone})`,
    );
  if (isAdded || affected(taken) > 0) return 'mine';
  const { recordset } = await request().query<{ DeliveredAt: Date | null }>(
    `SELECT DeliveredAt FROM dbo.ReportRuns WHERE ${isThisRun}`,
  );
  return recordset[0]?.DeliveredAt == null ? 'under-way' : 'delivered';
}

/** Whether another controller has the name of this one: what is noted under it is that one's. Its link says so (replication/controllers.ts). */
async function isNameTaken(request: Requesting): Promise<boolean> {
  const { recordset } = await request().query(
    `SELECT 1 AS taken FROM dbo.Controllers WHERE Name = @controller AND (Host <> @host OR Folder <> @folder) AND ${isConnected}`,
  );
  return recordset.length > 0;
}

/** Whether nobody had it before. */
async function add(request: Requesting): Promise<boolean> {
  try {
    const added = await request().query(
      `INSERT INTO dbo.ReportRuns (Schedule, DueAt, Controller, ClaimedAt)
SELECT @schedule, @due, @controller, SYSUTCDATETIME() WHERE NOT EXISTS (SELECT 1 FROM dbo.ReportRuns WHERE ${isThisRun})`,
    );
    return affected(added) > 0;
  } catch (error) {
    // Another one began it in this very moment.
    if (toStoreError(error, '', subject).code === 'duplicate') return false;
    throw error;
  }
}

async function claimed(request: Requesting, attempt: <T>(work: () => Promise<T>) => Promise<T>): Promise<ClaimedRun> {
  const { recordset } = await request().query<{ Recipient: string }>(
    `SELECT Recipient FROM dbo.ReportRecipients WHERE ${isThisRun}`,
  );
  const delivered = new Set(recordset.map(({ Recipient }) => Recipient));
  return {
    isDelivered: (recipient) => delivered.has(keyOf(recipient)),
    hold: () =>
      attempt(async () => {
        const held = await request().query(
          `UPDATE dbo.ReportRuns SET ClaimedAt = SYSUTCDATETIME() WHERE ${isThisRun} AND Controller = @controller AND DeliveredAt IS NULL`,
        );
        if (affected(held) === 0) throw new StoreError('unavailable', 'another controller has taken the report over');
      }),
    noteDelivered: (recipient) =>
      attempt(async () => {
        await request()
          .input('recipient', sql.NVarChar(longestRecipient), keyOf(recipient))
          .query(
            `INSERT INTO dbo.ReportRecipients (Schedule, DueAt, Recipient, Controller, DeliveredAt)
SELECT @schedule, @due, @recipient, @controller, SYSUTCDATETIME()
WHERE NOT EXISTS (SELECT 1 FROM dbo.ReportRecipients WHERE ${isThisRun} AND Recipient = @recipient)`,
          );
        delivered.add(keyOf(recipient));
      }),
    finish: () =>
      attempt(async () => {
        await request().query(
          `UPDATE dbo.ReportRuns SET DeliveredAt = SYSUTCDATETIME() WHERE ${isThisRun} AND Controller = @controller;
${forgetRecipients}`,
        );
      }),
  };
}
