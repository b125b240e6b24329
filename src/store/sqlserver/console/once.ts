import sql from 'mssql';
import type { KeptRequest } from '../../ports/console-store.ts';
import type { OnceKey, OnceStore } from '../../ports/once.ts';
import { toStoreError } from '../errors.ts';
import { affected } from '../statements.ts';

const subject = 'What happens once';
const isThis = 'Kind = @kind AND OnceKey = @key';

/** What the controllers of this database do once between them (dbo.ConsoleOnce). */
export function sqlServerOnce(pool: sql.ConnectionPool, where: string, controller: string): OnceStore {
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, where, subject);
    }
  };
  const about = ({ kind, key }: OnceKey): sql.Request =>
    pool.request().input('kind', sql.VarChar(20), kind).input('key', sql.Char(64), key);
  return {
    begin: (what) => attempt(() => begin(() => about(what), what.fingerprint, controller)),
    keep: (what, { status, json }) =>
      attempt(async () => {
        await about(what)
          .input('status', sql.Int(), status)
          .input('answer', sql.NVarChar(sql.MAX), json)
          .query(`UPDATE dbo.ConsoleOnce SET Status = @status, Answer = @answer WHERE ${isThis}`);
      }),
    forget: (what) =>
      attempt(async () => {
        await about(what).query(`DELETE FROM dbo.ConsoleOnce WHERE ${isThis}`);
      }),
  };
}

async function begin(about: () => sql.Request, fingerprint: string, controller: string): Promise<KeptRequest | null> {
  await about().query('DELETE FROM dbo.ConsoleOnce WHERE At < DATEADD(DAY, -1, SYSUTCDATETIME())');
  try {
    const added = await about()
      .input('fingerprint', sql.Char(64), fingerprint)
      .input('controller', sql.NVarChar(60), controller)
      .query(
        `INSERT INTO dbo.ConsoleOnce (Kind, OnceKey, Fingerprint, At, Controller)
SELECT @kind, @key, @fingerprint, SYSUTCDATETIME(), @controller WHERE NOT EXISTS (SELECT 1 FROM dbo.ConsoleOnce WHERE ${isThis})`,
      );
    if (affected(added) > 0) return null;
  } catch (error) {
    // Another controller began it in this very moment.
    if (toStoreError(error, '', subject).code !== 'duplicate') throw error;
  }
  const { recordset } = await about().query<{ Fingerprint: string; Status: number | null; Answer: string | null }>(
    `SELECT Fingerprint, Status, Answer FROM dbo.ConsoleOnce WHERE ${isThis}`,
  );
  const [row] = recordset;
  // Forgotten meanwhile: whoever asks again may begin it.
  if (row === undefined) return { fingerprint, answer: null };
  const { Fingerprint, Status, Answer } = row;
  return { fingerprint: Fingerprint, answer: Status === null ? null : { status: Status, json: Answer ?? '' } };
}
