import type { Database } from 'better-sqlite3';
import { callRecordFields, type CallRecord, type CallRecordStart } from '../../src/words/call-record.ts';

/** When the calls begin; they are spread over a year from here on. */
export const firstMs = Date.UTC(2025, 0, 1);
const yearMs = 365 * 86_400_000;

export type Filling = {
  calls: number;
  /** At most 1,000,000. */
  accounts: number;
  /** Midnight of the first day, UTC milliseconds. */
  fromMs: number;
};

/** Pseudo-random from 0 to 999,999, another one for each salt: Knuth's multiplicative hash of the number of the call. */
const random = (salt: number) => `((n.value * 2654435761 + ${salt} * 40503) % 4294967296 / 4096 % 1000000)`;

/** Most calls in working hours: two thirds are moved into 08:00 to 18:00 of their day. */
const started = ({
  calls,
  fromMs,
}: Filling) => `(${fromMs} + n.value * ${Math.floor(yearMs / calls)}) / 86400000 * 86400000
  + CASE WHEN ${random(1)} % 3 = 0 THEN ${random(2)} * 86 ELSE 28800000 + ${random(2)} * 36 END`;

const answered = `${random(8)} % 10 < 7`;

/** An expression for each field that a call has; the others are null. */
const values = (
  filling: Filling,
): Record<keyof CallRecordStart, string> & Partial<Record<keyof CallRecord, string>> => ({
  callId: "printf('%08x-0000-4000-8000-%012x', n.value, n.value)",
  switchName: "'fs1'",
  controller: "'controller-1'",
  entry: `CASE ${random(3)} % 3 WHEN 0 THEN 'prompted' WHEN 1 THEN 'shortcut' ELSE 'direct' END`,
  extension: `CAST(200 + ${random(4)} % 400 AS TEXT)`,
  callerName: "'Caller'",
  accountId: `1 + ${random(5)} % ${filling.accounts}`,
  code: "'12345'",
  accountName: "'Account'",
  departmentId: `1 + ${random(5)} % 60`,
  keyedNumber: "'8015550100'",
  calledNumber: "'18015550100'",
  calledE164: `CASE WHEN ${random(6)} % 10 = 0 THEN '+4930' || (1000000 + ${random(7)} % 5000)
    ELSE '+1801' || (5550000 + ${random(7)} % 20000) END`,
  callType: `CASE WHEN ${random(6)} % 10 = 0 THEN 'international' ELSE 'national' END`,
  outcome: `CASE WHEN ${answered} THEN 'answered' WHEN ${random(8)} % 10 = 7 THEN 'busy'
    WHEN ${random(8)} % 10 = 8 THEN 'refused' ELSE 'abandoned' END`,
  reason: `CASE WHEN ${random(8)} % 10 = 8 THEN 'number-blocked' END`,
  hangupCause: "'NORMAL_CLEARING'",
  startedAtMs: started(filling),
  answeredAtMs: `CASE WHEN ${answered} THEN ${started(filling)} + 9000 END`,
  endedAtMs: `${started(filling)} + 400000`,
  billableMs: `CASE WHEN ${answered} THEN ${random(9)} % 300000 ELSE 0 END`,
  closedBy: "'event'",
  estimated: '0',
});

function records(filling: Filling): string {
  const given = Object.entries(values(filling));
  const columns = given.map(([field]) => callRecordFields[field as keyof CallRecord].sqlite);
  return `INSERT INTO call_records (${columns.join(', ')})
WITH n (value) AS (SELECT value FROM generate)
SELECT ${given.map(([, expression]) => expression).join(', ')} FROM n`;
}

const prices = `INSERT INTO call_prices (call_id, version, is_current, kind, why, currency, cost_micros, charge_micros, billed_ms,
  table_id, rate_id, rate_version, prefix, destination, arithmetic, priced_at, rerating_id)
SELECT call_id, 1, 1, 'priced', NULL, 'USD', billable_ms * 2, billable_ms * 3, billable_ms, 1, 1, 1, '1',
  'Destination ' || (rowid % 300), '…', ended_at, NULL
FROM call_records WHERE answered_at IS NOT NULL ORDER BY call_id`;

/**
 * Fills a file that has the schema and nothing else with as many calls, accounts (3,000), 60 departments and 300 destinations.
 * Indexes and triggers are taken away meanwhile, because what they do here is not what is measured.
 */
export function fill(
  db: Database,
  count: number,
  { accounts = 3000, fromMs = firstMs }: Partial<Omit<Filling, 'calls'>> = {},
): void {
  const dropped = db
    .prepare<[], { type: string; name: string; sql: string }>(
      "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL",
    )
    .all();
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -500000');
  for (const { type, name } of dropped) db.exec(`DROP ${type} ${name}`);
  db.table('generate', {
    columns: ['value'],
    *rows() {
      for (let value = 0n; value < count; value += 1n) yield [value];
    },
  });
  db.transaction(() => {
    const department = db.prepare("INSERT INTO departments (id, name) VALUES (?, 'Department ' || ?)");
    // As integers: what is given as a number is one with a point, and so a name with `.0`.
    for (let id = 1n; id <= 60n; id += 1n) department.run(id, id);
    const account = db.prepare(
      "INSERT INTO accounts (id, code, name, department_id) VALUES (?, ?, 'Account ' || ?, 1 + ? % 60)",
    );
    for (let id = 1n; id <= BigInt(accounts); id += 1n) account.run(id, String(100_000n + id), id, id);
    db.exec(records({ calls: count, accounts, fromMs }));
    db.exec(prices);
    db.exec(`INSERT INTO department_accounts (department_id, accounts)
SELECT department_id, count(*) FROM accounts WHERE department_id IS NOT NULL GROUP BY department_id`);
    for (const { sql } of dropped) db.exec(sql);
    db.exec(
      'INSERT INTO report_stale_hours SELECT started_at / 3600000, random() FROM call_records GROUP BY started_at / 3600000',
    );
  })();
}
