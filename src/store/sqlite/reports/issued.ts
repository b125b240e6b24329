import type { Database } from 'better-sqlite3';
import type { AskedStatement, IssuedStatement, IssuedStore } from '../../../reports/statements/issued.ts';
import type { Period } from '../../../reports/period.ts';
import { keptMs, openBeside } from './beside.ts';

type Row = Omit<IssuedStatement, 'period' | 'asked' | 'charges'> & {
  fromMs: number;
  untilMs: number;
  asked: string;
  charges: string;
};

const columns = `number, issued_at AS issuedAtMs, corrects, payer, name, client, from_time AS fromMs, until_time AS untilMs,
  asked, sent_to AS sentTo, calls, charges, fingerprint`;

/** The same number may have been made of other calls, as for another schedule: `asked` tells them apart. */
const standing = `SELECT ${columns} FROM issued_statements s
WHERE until_time > @fromMs AND from_time < @untilMs
  AND NOT EXISTS (SELECT 1 FROM issued_statements later WHERE later.number = s.number AND later.asked = s.asked AND later.issued_at > s.issued_at)
  AND NOT EXISTS (SELECT 1 FROM issued_statements other WHERE other.corrects = s.number AND other.payer = s.payer AND other.issued_at >= s.issued_at)
ORDER BY issued_at DESC, number`;

const insert = `INSERT INTO issued_statements
  (number, issued_at, corrects, payer, name, client, from_time, until_time, asked, sent_to, calls, charges, fingerprint)
VALUES (@number, @issuedAtMs, @corrects, @payer, @name, @client, @fromMs, @untilMs, @asked, @sentTo, @calls, @charges, @fingerprint)
ON CONFLICT (number, issued_at, asked) DO UPDATE SET
  calls = excluded.calls, charges = excluded.charges, fingerprint = excluded.fingerprint,
  sent_to = CASE WHEN excluded.sent_to = '' OR instr(', ' || sent_to || ', ', ', ' || excluded.sent_to || ', ') > 0 THEN sent_to
    WHEN sent_to = '' THEN excluded.sent_to ELSE sent_to || ', ' || excluded.sent_to END`;

const always: Period = { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER };

function rowOf({ period, asked, charges, ...issued }: IssuedStatement): Row {
  const amounts = charges.map(([currency, micros]) => [currency, String(micros)]);
  return { ...issued, ...period, asked: JSON.stringify(asked), charges: JSON.stringify(amounts) };
}

function issuedOf({ fromMs, untilMs, asked, charges, ...row }: Row): IssuedStatement {
  const amounts = JSON.parse(charges) as [string, string][];
  return {
    ...{ ...row, period: { fromMs, untilMs }, asked: JSON.parse(asked) as AskedStatement },
    charges: amounts.map(([currency, micros]) => [currency, BigInt(micros)] as const),
  };
}

/** On a connection of its own; the schema must be up to date. It throws a `StoreError`. */
export function openIssued(file: string): IssuedStore & { close(): void } {
  const { db, attempt } = openBeside(file, 'The statement that went out');
  return { ...issuedIn(db, attempt), close: () => db.close() };
}

export function issuedIn(db: Database, attempt: <T>(work: () => T) => T): IssuedStore {
  const save = db.prepare<[Row]>(insert);
  const forget = db.prepare<[number]>('DELETE FROM issued_statements WHERE issued_at < ?');
  const within = db.prepare<[Period], Row>(standing);
  const numbered = db.prepare<[string], Row>(
    `SELECT ${columns} FROM issued_statements WHERE number = ? ORDER BY issued_at DESC`,
  );
  return {
    save: (issued) =>
      attempt(() => {
        save.run(rowOf(issued));
        forget.run(issued.issuedAtMs - keptMs);
      }),
    standing: (period = always) => attempt(() => within.all(period).map(issuedOf)),
    numbered: (number) => attempt(() => numbered.all(number).map(issuedOf)),
  };
}
