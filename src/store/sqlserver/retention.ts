import sql from 'mssql';
import type { CallRecord } from '../../words/call-record.ts';
import { shortened } from '../../words/shorten-number.ts';
import type { NamingPlace, Whose } from '../ports/retention.ts';
import { spellingsOf } from '../../words/spellings.ts';
import { connect } from './connect.ts';
import { addressOf } from './settings.ts';
import { toStoreError } from './errors.ts';
import { patiently } from './request.ts';
import { checkSchema } from './migrate.ts';

/** Calls that started in this time, UTC milliseconds. */
type Span = { fromMs: number; beforeMs: number };

/** What old calls lose in SQL Server. Each answers how many it dealt with, `limit` at the most; fewer: none is left. Rejects with a `StoreError`. */
export type SqlServerRetention = {
  shortenSome(asked: Span & { hiddenDigits: number; limit: number }): Promise<number>;
  forgetSomeCodes(asked: Span & { limit: number }): Promise<number>;
  /** Does the same to all corrections that were carried over from a local file; `hiddenDigits` null: forgets codes. */
  rewriteCorrections(span: Span, hiddenDigits: number | null): Promise<void>;
  countErasable(whose: Whose): Promise<number>;
  /** By `dbo.usp_EraseCalls`, which notes it in `dbo.Erasures`, and of whom reports went to. Answers how many calls, in the archive too. */
  erase(whose: Whose): Promise<number>;
  /** Where a number still stands, of what this login may read; none where it is too short to be one person's. */
  placesOf(number: string): Promise<NamingPlace[]>;
  close(): Promise<void>;
};

const moment = sql.DateTime2(3);
const subject = 'What calls no longer say';
/** However many calls a person made: it goes on in batches, and no call waits for it. */
const patienceMs = 3_600_000;

export async function openSqlServerRetention(config: sql.config): Promise<SqlServerRetention> {
  const where = addressOf(config);
  const pool = await connect(config, () => undefined);
  const asking = async <T>(work: (request: sql.Request) => Promise<T>): Promise<T> => {
    try {
      return await work(patiently(pool.request(), patienceMs));
    } catch (error) {
      throw toStoreError(error, where, subject);
    }
  };
  try {
    await checkSchema(pool, where);
  } catch (error) {
    await pool.close();
    throw error;
  }
  return {
    shortenSome: ({ hiddenDigits, ...asked }) =>
      asking((request) =>
        counted(
          within(request, asked).input('hidden', sql.Int(), hiddenDigits),
          'EXEC dbo.usp_ShortenCalls @Before = @before, @HiddenDigits = @hidden, @From = @from, @Batch = @limit, @Once = 1',
        ),
      ),
    forgetSomeCodes: (asked) =>
      asking((request) =>
        counted(
          within(request, asked),
          'EXEC dbo.usp_ForgetCodes @Before = @before, @From = @from, @Batch = @limit, @Once = 1',
        ),
      ),
    rewriteCorrections: (span, hiddenDigits) => rewriteCorrections(asking, span, hiddenDigits),
    countErasable: (whose) => asking((request) => eraseCalls(request, whose, true)),
    async erase(whose) {
      const calls = await asking((request) => eraseCalls(request, whose, false));
      await asking((request) => eraseRecipients(request, whose));
      return calls;
    },
    placesOf: (number) => placesOf(asking, number),
    close: () => pool.close(),
  };
}

type Asking = <T>(work: (request: sql.Request) => Promise<T>) => Promise<T>;

function within(request: sql.Request, { fromMs, beforeMs, limit }: Span & { limit: number }): sql.Request {
  return request
    .input('from', moment, new Date(fromMs))
    .input('before', moment, new Date(beforeMs))
    .input('limit', sql.Int(), limit);
}

async function counted(request: sql.Request, statement: string): Promise<number> {
  const { recordset } = await request.query<Record<string, number>>(statement);
  return Object.values(recordset[0] ?? {})[0] ?? 0;
}

type CorrectionRow = { id: number; before: string; after: string };
const page = 200;

async function rewriteCorrections(asking: Asking, span: Span, hiddenDigits: number | null): Promise<void> {
  const rewritten = (text: string): string => {
    const record = JSON.parse(text) as CallRecord;
    return JSON.stringify(hiddenDigits === null ? { ...record, code: '' } : shortened(record, hiddenDigits));
  };
  for (let after = 0; ;) {
    const rows = await asking(async (request) => {
      const { recordset } = await within(request, { ...span, limit: page }).input('after', sql.Int(), after)
        .query<CorrectionRow>(`SELECT TOP (${page}) c.Id AS id, c.RecordBefore AS before, c.RecordAfter AS after
FROM dbo.CallCorrections c LEFT JOIN dbo.CallRecords r ON r.CallId = c.CallId LEFT JOIN dbo.CallArchive a ON a.CallId = c.CallId
WHERE c.Id > @after AND ISNULL(r.StartedAt, a.StartedAt) >= @from AND ISNULL(r.StartedAt, a.StartedAt) < @before ORDER BY c.Id`);
      return recordset;
    });
    for (const { id, before, after: later } of rows) {
      const now = { before: rewritten(before), after: rewritten(later) };
      if (now.before === before && now.after === later) continue;
      await asking((request) =>
        request
          .input('id', sql.Int(), id)
          .input('before', sql.NVarChar(4000), now.before)
          .input('after', sql.NVarChar(4000), now.after)
          .query('UPDATE dbo.CallCorrections SET RecordBefore = @before, RecordAfter = @after WHERE Id = @id'),
      );
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < page) return;
    after = last.id;
  }
}

function naming(request: sql.Request, { extension, number, accountId }: Whose): sql.Request {
  return request
    .input('extension', sql.NVarChar(200), extension)
    .input('number', sql.VarChar(40), number)
    .input('accountId', sql.Int(), accountId);
}

/** `countOnly`: it says how many there are, and erases none. */
const eraseCalls = (request: sql.Request, whose: Whose, countOnly: boolean): Promise<number> =>
  counted(
    naming(request, whose).input('countOnly', sql.Bit(), countOnly),
    'EXEC dbo.usp_EraseCalls @AccountId = @accountId, @Extension = @extension, @Number = @number, @CountOnly = @countOnly',
  );

/** Of reports that nobody is making: of one that is on its way the account would get another. */
async function eraseRecipients(request: sql.Request, { accountId, extension, number }: Whose): Promise<void> {
  if (accountId === null || extension !== null || number !== null) return;
  await request.input('key', sql.NVarChar(60), `account ${accountId}`).query(
    `DELETE FROM dbo.ReportRecipients WHERE (Recipient = @key OR Recipient LIKE @key + N' %') AND NOT EXISTS (SELECT 1 FROM dbo.ReportRuns o
  WHERE o.Schedule = dbo.ReportRecipients.Schedule AND o.DueAt = dbo.ReportRecipients.DueAt AND o.DeliveredAt IS NULL
    AND o.ClaimedAt > DATEADD(DAY, -1, SYSUTCDATETIME()))`,
  );
}

const textColumns = `SELECT o.name AS name, c.name AS col FROM sys.columns c JOIN sys.tables o ON o.object_id = c.object_id
JOIN sys.types y ON y.user_type_id = c.user_type_id JOIN sys.schemas s ON s.schema_id = o.schema_id
WHERE s.name = 'dbo' AND y.name IN ('varchar', 'nvarchar', 'char', 'nchar')
  AND HAS_PERMS_BY_NAME('dbo.' + o.name, 'OBJECT', 'SELECT', c.name, 'COLUMN') = 1 ORDER BY o.name, c.name`;

async function placesOf(asking: Asking, number: string): Promise<NamingPlace[]> {
  const { ending } = spellingsOf(number);
  if (ending === null) return [];
  const { recordset } = await asking((request) => request.query<{ name: string; col: string }>(textColumns));
  const places: NamingPlace[] = [];
  for (const { name, col } of recordset) {
    const rows = await asking((request) =>
      counted(
        request.input('number', sql.NVarChar(40), ending),
        `SELECT COUNT(*) AS rows FROM dbo.[${name}] WHERE CHARINDEX(@number, [${col}]) > 0`,
      ),
    );
    if (rows > 0) places.push({ place: `dbo.${name}.${col}`, rows });
  }
  return places;
}
