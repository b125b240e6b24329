import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { openUpkeep } from '../../src/store/sqlite/reports/hours/upkeep.ts';
import { openLocalReports } from '../../src/store/sqlite/reports/reports.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import type { CallRecord } from '../../src/words/call-record.ts';
import { run } from '../cli/run.ts';
import { closedRecord, plainAccount } from '../store/records.ts';
import { totalsOf } from '../support/totals.ts';

/** Whoever is erased, as other people are not. */
const person = '+41445550177';
const digits = person.slice(1);
const other = '+41445550288';

let data: string;
let file: string;
let env: Record<string, string>;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'billing-codes-erasing-'));
  file = join(data, 'billing-codes.db');
  env = { BILLING_DATA_DIR: data, BILLING_CONTROLLER_NAME: 'one' };
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const startedAtMs = Date.UTC(2026, 0, 15, 12);
const callOf = (callId: string, changes: Partial<CallRecord> = {}): CallRecord =>
  closedRecord(callId, {
    ...{ startedAtMs, decidedAtMs: startedAtMs, bridgedAtMs: startedAtMs, answeredAtMs: startedAtMs },
    ...{ endedAtMs: startedAtMs + 60_000, billableMs: 50_000, extension: '214', callerName: 'Ann', code: '48213' },
    ...{ accountId: 1, accountName: 'Smith', keyedNumber: other.slice(1), calledNumber: other, calledE164: other },
    ...{ callingNumber: '+18005550100', rule: null, authorizedById: null, authorizedBy: null },
    ...changes,
  });
const toPerson = { keyedNumber: digits, calledNumber: digits, calledE164: person, rule: `number on file ${digits}` };

/** Everywhere where this file can name somebody. */
async function fill(): Promise<void> {
  const store = await openLocalStore({ file });
  await store.addAccount(plainAccount('48213', 'Smith'));
  await store.addAccount(plainAccount('48214', 'Grace'));
  await store.keepHookTargets([{ name: 'crm', kinds: ['ended', 'corrected', 'moved'] }]);
  await store.enableOutbox();
  const calls = [
    callOf('to-person', toPerson),
    callOf('keyed-behind-a-prefix', { keyedNumber: `00${digits}`, calledNumber: null, calledE164: null }),
    callOf('from-person', { extension: person, callerName: digits }),
    callOf('went-out-with-it', { callingNumber: person }),
    callOf('of-others'),
  ];
  for (const record of calls) await store.save(record);
  // Corrected: the record names somebody else by now.
  await store.save(callOf('corrected', toPerson));
  await store.moveCall({ callId: 'to-person', toAccountCode: '48214', movedBy: 'me', why: 'Mrs Person called' });
  await store.moveCall({ callId: 'of-others', toAccountCode: '48214', movedBy: 'me', why: `asked by ${person}` });
  await store.close();
  const db = new Database(file);
  db.exec(`INSERT INTO alerts (id, kind, level, at, controller, call_id, text, fields) VALUES
  ('1', 'watch', 'warning', 1, 'one', 'to-person', 'a call to ${person}', '{"number":"${person}"}'),
  ('2', 'watch', 'warning', 1, 'one', NULL, 'wrong codes from ${digits}', '{"number":"${person}"}');
INSERT INTO alert_deliveries VALUES ('2', 'e-mail', 1, NULL, NULL, 1, NULL, 'refused: ${digits}');
INSERT INTO outbox_refused VALUES ('to-person', 'no room for ${digits}', 1);
INSERT INTO report_deliveries VALUES ('daily', 1, NULL, 1, 'no such number ${digits}');
INSERT INTO report_recipients VALUES ('daily', 1, 'account 1', 'Smith', 'a@b', 1, 1, NULL, 'no such number ${digits}');
INSERT INTO report_deliveries VALUES ('each', 5, 6, 2, '1 of 3 not delivered: Grace: 553 no such user'), ('now', 7, NULL, 1, 'Grace: 553');
UPDATE accounts SET mail = 'g@grace.example, g2@grace.example', client = 'Grace and Sons' WHERE name = 'Grace';
INSERT INTO report_recipients VALUES ('each', 5, 'account 2 g@grace.example', 'Grace', 'g@grace.example', 1, 1, 2, NULL),
  ('each', 5, 'account 2 g2@grace.example', 'Grace', 'g2@grace.example', 1, 1, NULL, '553 no such user g2@grace.example'),
  ('each', 5, 'client grace and sons g@grace.example', 'Grace and Sons', 'g@grace.example', 1, 1, 2, NULL),
  ('each', 5, 'account 20 x@y', 'Mr 20', 'x@y', 1, 1, 2, NULL), ('each', 4, '', '', '', 1, 1, NULL, '1 of 3 not delivered: Grace: 553'),
  ('folder', 5, 'account 2', 'Grace', '/out/each-A2-Grace.pdf', 1, 1, 2, NULL),
  ('now', 7, 'account 2 g@grace.example', 'Grace', 'g@grace.example', 1, 1, NULL, 'busy');
INSERT INTO phone_locks (phone, since, until, controller, sent) VALUES ('${person}', 1, 2, 'one', 0);
INSERT INTO console_users (id, name, role, extension, enabled, created_at, totp_step, recovery_codes) VALUES (1, 'me', 'admin', '', 1, 1, 0, '');
INSERT INTO console_tokens (id, user_id, name, token_hash, scopes, created_at, expires_at) VALUES (1, 1, 'crm', 'x', '', 1, 2);
INSERT INTO console_requests VALUES (1, 'key', 'print', 1, 200, '{"number":"${person}"}');
INSERT INTO call_record_corrections (call_id, corrected_at, before, after) VALUES ('corrected', 1,
  '${JSON.stringify(callOf('corrected', toPerson))}', '${JSON.stringify(callOf('corrected'))}');
UPDATE call_records SET called_e164 = '${other}', called_number = '${other}', keyed_number = '1', rule = NULL WHERE call_id = 'corrected';`);
  db.close();
}

/** Every row of every column of every table that has this text in it. */
function placesOf(text: string): string[] {
  const db = new Database(file, { readonly: true });
  const names = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  const places = names.flatMap((name) => {
    const rows = db.prepare<[], Record<string, unknown>>(`SELECT * FROM "${name}"`).all();
    return rows.flatMap((row) =>
      Object.keys(row)
        .filter((column) => String(row[column]).includes(text))
        .map((column) => `${name}.${column}`),
    );
  });
  expect(names.length).toBeGreaterThan(40);
  db.close();
  return [...new Set(places)].sort();
}

async function totals(): Promise<Record<string, string[]>> {
  const reports = openLocalReports(file);
  try {
    return await totalsOf(reports);
  } finally {
    await reports.close();
  }
}

async function layBy(): Promise<void> {
  const upkeep = openUpkeep(file);
  await upkeep.layBy({ fromMs: 0, untilMs: Date.now() }, Date.now());
  upkeep.close();
}

function change(sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

function receipts(schedule: string): { name: string }[] {
  const db = new Database(file, { readonly: true });
  const text = 'SELECT name, sent_to FROM report_recipients WHERE schedule = ? ORDER BY name';
  const rows = db.prepare<[string], { name: string }>(text).all(schedule);
  db.close();
  return rows;
}

const erase = (...whose: string[]) => run(['privacy', 'erase', ...whose, '--yes'], env);

describe('an erasure in the local file', () => {
  it('by a number leaves it in no table, nor in the file at all, and every total as it was', async () => {
    await fill();
    await layBy();
    const before = await totals();
    const chain = await run(['ledger', 'verify', '--json'], env);
    expect(placesOf(digits).length).toBeGreaterThan(18);
    expect(await run(['privacy', 'erase', '--number', person], env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('5 calls in the local file would be erased') as unknown,
    });
    expect(await erase('--number', person)).toMatchObject({ code: 0, stderr: '' });
    expect(placesOf(digits)).toEqual([]);
    for (const name of readdirSync(data))
      expect([name, readFileSync(join(data, name)).includes(digits)]).toEqual([name, false]);
    // The phone of a caller from outside is named by their number.
    const { extension: phones, ...others } = before;
    const { extension: phonesNow, ...othersNow } = await totals();
    expect(othersNow).toEqual(others);
    expect(phonesNow?.join('').replace(/\(erased[ 0-9]*\)/, person)).toBe(phones?.join(''));
    await layBy();
    expect(await totals()).toMatchObject(others);
    expect(await run(['ledger', 'verify', '--json'], env)).toEqual(chain);
    expect(placesOf(digits)).toEqual([]);
    const again = await run(['privacy', 'erase', '--number', person], env);
    expect(again.stdout).toContain('0 calls in the local file would be erased');
  });

  it('takes from a call that only went out with the number that alone', async () => {
    await fill();
    await erase('--number', person);
    const db = new Database(file, { readonly: true });
    const row = db
      .prepare(
        "SELECT calling_number AS a, called_e164 AS b, caller_name AS c FROM call_records WHERE call_id = 'went-out-with-it'",
      )
      .get();
    db.close();
    expect(row).toEqual({ a: null, b: other, c: 'Ann' });
  });

  it('by an account reaches calls that others pay for, and the words about its own', async () => {
    await fill();
    const db = new Database(file);
    db.exec("UPDATE call_records SET authorized_by_id = 2, authorized_by = 'Grace' WHERE call_id = 'went-out-with-it'");
    db.close();
    expect(await erase('--account', '48214')).toMatchObject({
      ...{ code: 0, stderr: '' },
      stdout: expect.stringContaining('A scheduled report is on its way to the account') as unknown,
    });
    const directory = ['accounts.client', 'accounts.name'];
    expect(placesOf('Grace')).toEqual([...directory, 'report_deliveries.error', 'report_recipients.name']);
    expect(placesOf('Mrs Person')).toEqual([]);
    expect(receipts('now')).toHaveLength(1);
    // Once it has arrived; those who had theirs are as many as they were.
    change("UPDATE report_deliveries SET delivered_at = 8 WHERE schedule = 'now'");
    expect((await erase('--account', '48214')).stdout).not.toContain('on its way');
    expect(placesOf('Grace')).toEqual(directory);
    expect(placesOf('grace')).toEqual(['accounts.mail']);
    expect(receipts('each').map(({ name }) => name)).toEqual(['', '(erased)', '(erased)', '(erased)', 'Mr 20']);
  });

  it('names what still has the number because it is no call: the directory, the audit trail', async () => {
    await fill();
    expect(await run(['accounts', 'change', '48213', '--number', digits], env)).toMatchObject({ stderr: '' });
    const { stdout } = await erase('--number', person);
    expect(placesOf(digits)).toEqual(expect.arrayContaining(['accounts.customer_numbers']));
    for (const place of placesOf(digits)) expect(stdout).toContain(`The number stands in ${place} of the local file`);
  });
});
