import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { createSimulator } from '../../../src/simulator/freeswitch.ts';
import { applicationId, migrationsFolder } from '../../../src/store/sqlite/migrate.ts';
import { openDeliveries } from '../../../src/store/sqlite/reports/deliveries.ts';
import { openLocalStore } from '../../../src/store/sqlite/store.ts';
import { run, start } from '../../cli/run.ts';
import { eventually, startTestController } from '../../support/controller.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-upgrade-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = readdirSync(migrationsFolder)
  .filter((name) => name.endsWith('.sql'))
  .sort();
const versions = files.map((_, index) => index + 1);

/** What sites have in their files, in the words of the first version, which all later ones have kept. */
const rows = `
  INSERT INTO departments (id, name) VALUES (1, 'Law');
  INSERT INTO accounts (id, code, name, department_id, customer_numbers, blocked_prefixes) VALUES (7, '12345', 'Smith', 1, '8016424601', '1900');
  INSERT INTO extensions (id, number, name, department_id) VALUES (9, '201', 'Front desk', 1);
  INSERT INTO call_records (call_id, switch_name, controller, entry, extension, caller_name, code, keyed_number, called_number, outcome, started_at, answered_at, ended_at, billable_ms, estimated, account_id, closed_by)
    VALUES ('old-1', 'fs1', 'one', 'prompted', '201', 'Ann', '12345', '8016424655', '8016424655', 'answered', 1000, 2000, 63000, 61000, 0, 7, 'event');
  INSERT INTO call_records (call_id, switch_name, controller, entry, extension, caller_name, code, keyed_number, started_at, billable_ms, estimated)
    VALUES ('old-2', 'fs1', 'one', 'shortcut', '201', 'Ann', '', '', 5000, 0, 0);`;

/** A file as a program of that version left it. */
function fileOf(version: number): string {
  const file = join(mkdtempSync(join(folder, 'v-')), 'billing-codes.db');
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  for (const at of versions.slice(0, version)) {
    db.exec(readFileSync(join(migrationsFolder, files[at - 1] ?? ''), 'utf8'));
    // As if the site had filled it with its first version and upgraded ever since.
    if (at === 1) db.exec(rows);
  }
  db.pragma(`user_version = ${version}`);
  db.pragma(`application_id = ${applicationId}`);
  db.close();
  return file;
}

/** Tables and what is in them of columns, however their order came about. */
function schemaOf(file: string): Record<string, unknown> {
  const db = new Database(file, { readonly: true });
  const names = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all();
  const columns = (table: string): unknown[] =>
    db.prepare('SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY name').all(table);
  const schema = Object.fromEntries(names.map((name) => [name, columns(name)]));
  const others = db
    .prepare("SELECT type, name FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL ORDER BY name")
    .all();
  db.close();
  return { ...schema, others };
}

describe('a release', () => {
  it.each(versions)('reads what version %i of the schema left, keeps all of it, and writes to it', async (version) => {
    const file = fileOf(version);
    const store = await openLocalStore({ file });
    try {
      expect(await store.findAccountByCode('12345')).toMatchObject({
        ...{ id: 7, name: 'Smith', departmentId: 1, customerNumbers: ['8016424601'], enabled: true },
        restriction: { blockedPrefixes: ['1900'] },
      });
      expect(await store.findExtension('201')).toMatchObject({ id: 9, name: 'Front desk' });
      expect(await store.findCallRecord('old-1')).toMatchObject({
        outcome: 'answered',
        billableMs: 61_000,
        accountId: 7,
      });
      expect((await store.listCallRecords({ open: true })).map(({ callId }) => callId)).toEqual(['old-2']);
      const open = await store.findCallRecord('old-2');
      if (open === null) throw new Error('old-2 is gone');
      await store.save({ ...open, outcome: 'abandoned', reason: 'no-digits', endedAtMs: 9000, closedBy: 'event' });
      await store.updateAccount('12345', { name: 'Smith & Co' });
      expect(await store.findCallRecord('old-2')).toMatchObject({ endedAtMs: 9000 });
    } finally {
      await store.close();
    }
    expect(schemaOf(file)).toEqual(schemaOf(fileOf(versions.length)));
  });

  it('calls schedules of the console by what is theirs on every controller, and knows what became of them', async () => {
    const file = fileOf(42);
    const db = new Database(file);
    db.exec(`INSERT INTO console_users (id, name, role, extension, enabled, totp_step, recovery_codes, created_at) VALUES (3, 'anna', 'manager', '', 1, 0, '', 1);
INSERT INTO saved_reports (id, user_id, name, report, query, made_at, schedule) VALUES
  (11, 3, 'Month 1', 'calls', '', 1, '{"name":"Month-1-11","every":"week"}'), (12, 3, 'b', 'calls', '', 1, NULL), (13, 3, 'c', 'calls', '', 1, '{"name":"c-13"}');
INSERT INTO report_deliveries (schedule, due_at, delivered_at, tries, error) VALUES ('Month-1-11', 5, NULL, 2, 'no server'), ('configured', 6, 6, 1, NULL);
INSERT INTO report_recipients (schedule, due_at, recipient, name, sent_to, tries, tried_at) VALUES ('Month-1-11', 5, 'a', 'a', 'a@x', 2, 5)`);
    db.close();
    const store = await openLocalStore({ file });
    const saved = await store.listSavedReports(null);
    await store.close();
    const named = (at: number, name: string): string => `${name}-${saved[at]?.key.slice(0, 8) ?? ''}`;
    expect(saved.map(({ schedule }) => schedule)).toEqual([
      null,
      { name: named(1, 'c') },
      { name: named(2, 'Month-1'), every: 'week' },
    ]);
    const deliveries = openDeliveries(file);
    expect(deliveries.latest()).toEqual([
      { schedule: named(2, 'Month-1'), dueAtMs: 5, deliveredAtMs: null, tries: 2, error: 'no server' },
      { schedule: 'configured', dueAtMs: 6, deliveredAtMs: 6, tries: 1, error: null },
    ]);
    expect(deliveries.listReceipts().map(({ schedule }) => schedule)).toEqual([named(2, 'Month-1')]);
    deliveries.close();
  });

  it('that is killed while it brings a file up to date goes on where it was, and loses nothing', async () => {
    const file = fileOf(1);
    const watching = new Database(file, { readonly: true });
    const version = (): number => Number(watching.pragma('user_version', { simple: true }));
    try {
      const upgrading = start(['accounts', 'list', '--data-dir', join(file, '..')]);
      // Not a turn of this thread in between: the versions go by in milliseconds.
      const deadline = performance.now() + 20_000;
      while (version() < 5 && performance.now() < deadline);
      upgrading.child.kill('SIGKILL');
      await upgrading.ended;
      expect(version()).toBeGreaterThanOrEqual(5);
      expect(version()).toBeLessThan(versions.length);
    } finally {
      watching.close();
    }
    const store = await openLocalStore({ file });
    expect(await store.findAccountByCode('12345')).toMatchObject({ id: 7, departmentId: 1 });
    expect(await store.findCallRecord('old-1')).toMatchObject({ billableMs: 61_000, accountId: 7 });
    await store.close();
    expect(schemaOf(file)).toEqual(schemaOf(fileOf(versions.length)));
  });

  it('serves calls with the file of the first version, and the rows of then are in its reports', async () => {
    const old = fileOf(1);
    const controller = await startTestController({ 'data.dir': join(old, '..') });
    const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
    try {
      const farEnd = { kind: 'answers', afterMs: 10, talkMs: 50, hangsUp: 'callee' } as const;
      const { callId } = await simulator.placeCall({ dialled: '9', keys: ['12345**8016424655#'], farEnd }).finished;
      await eventually(async () => (await controller.store.findCallRecord(callId))?.endedAtMs ?? null);
      expect(await controller.store.findCallRecord(callId)).toMatchObject({ outcome: 'answered', accountId: 7 });
    } finally {
      simulator.close();
      await controller.dispose();
    }
    const report = await run([
      'report',
      'calls',
      '--from',
      '1970-01-01',
      '--to',
      '1970-01-02',
      '--format',
      'csv',
      '--data-dir',
      join(old, '..'),
    ]);
    expect(report).toMatchObject({ code: 0, stderr: '' });
    expect(report.stdout).toContain('1970-01-01T00:00:01Z,Smith,,201,Ann,,8016424655,');
  });
});

describe('a release before the one that wrote the file', () => {
  it('refuses it in one line, and changes nothing', async () => {
    const file = fileOf(versions.length);
    const db = new Database(file);
    db.exec(`CREATE TABLE of_the_future (x); PRAGMA user_version = ${versions.length + 1}`);
    db.close();
    const before = readFileSync(file);
    const started = await run(['start', '--esl-port', '0', '--data-dir', join(file, '..')]);
    expect(started).toMatchObject({ code: 1, stdout: '' });
    expect(started.stderr).toMatch(
      new RegExp(
        `^billing-codes: cannot open the database in .* \\(data\\.dir\\): .*was written by a newer version of this program \\(its schema is version ${versions.length + 1}, this program knows up to ${versions.length}\\): start the newer version, or choose another data folder\\.\\n$`,
      ),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});
