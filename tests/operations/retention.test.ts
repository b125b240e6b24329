import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { openUpkeep } from '../../src/store/sqlite/reports/hours/upkeep.ts';
import { openLocalReports } from '../../src/store/sqlite/reports/reports.ts';
import { totalsOf } from '../support/totals.ts';
import { openLocalStore, type LocalStore } from '../../src/store/sqlite/store.ts';
import type { CallRecord } from '../../src/words/call-record.ts';
import { isShortened, shortenNumber } from '../../src/words/shorten-number.ts';
import { run, start } from '../cli/run.ts';
import { loadConfig } from '../../src/config/load.ts';
import { retentionPlan } from '../../src/operations/retention/plan.ts';
import { scheduleRetention } from '../../src/operations/retention/scheduled.ts';
import { systemClock } from '../../src/words/clock.ts';
import { eventually } from '../support/controller.ts';
import { closedRecord, plainAccount } from '../store/records.ts';

const dayMs = 86_400_000;
const nowMs = Date.now();

let data: string;
let file: string;
let env: Record<string, string>;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'billing-codes-retention-'));
  file = join(data, 'billing-codes.db');
  env = { BILLING_DATA_DIR: data, BILLING_CONTROLLER_NAME: 'one', BILLING_CDR_DIR: join(data, 'cdr') };
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

/** Numbers of several countries that share a calling code, and one that is of none. */
const called = [
  '+18016420100',
  '+14165550123',
  '+441481234567',
  '+442079460000',
  '+77172123456',
  '+88213000001',
  '+41443640000',
];

function callOf(at: number, agoDays: number, changes: Partial<CallRecord> = {}): CallRecord {
  const startedAtMs = nowMs - agoDays * dayMs + at;
  const e164 = called[at % called.length] ?? '';
  const isAnswered = at % 3 > 0;
  return closedRecord(`00000000-0000-4000-8000-${String(at).padStart(12, '0')}`, {
    ...{ startedAtMs, decidedAtMs: startedAtMs + 1, bridgedAtMs: startedAtMs + 2, endedAtMs: startedAtMs + 60_000 },
    ...{
      accountId: 1,
      accountName: 'Smith',
      departmentId: null,
      extension: `2${at % 5}0`,
      callerName: 'Ann',
      rule: null,
    },
    ...{ keyedNumber: e164.slice(1), calledNumber: e164.slice(1), calledE164: e164, callType: 'international' },
    callingNumber: '+18005550100',
    ...{ outcome: isAnswered ? 'answered' : 'no-answer', reason: null, estimated: false, closedBy: 'event' },
    ...(isAnswered ? { answeredAtMs: startedAtMs + 3, billableMs: 1000 + at } : { answeredAtMs: null, billableMs: 0 }),
    ...changes,
  });
}

const withStore = async <T>(work: (store: LocalStore) => Promise<T>): Promise<T> => {
  const store = await openLocalStore({ file });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
};

/** Calls of 400 to 300 days ago, and the same number of yesterday. */
async function fill(count: number): Promise<void> {
  await withStore(async (store) => {
    await store.addAccount(plainAccount('48213', 'Smith'));
    await Promise.all(
      Array.from({ length: count }, (_, at) => store.save(callOf(at, at % 2 === 0 ? 400 - (at % 100) : 1))),
    );
  });
  const rates = join(data, 'rates.csv');
  writeFileSync(rates, 'prefix,destination,price\n1801,Utah,0.10\n1,Mountain,0.20\n41,Swiss,0.30\n44,Isles,0.40\n');
  const imported = await run(['rates', 'import', rates, '--currency', 'USD', '--increments', '60/60'], env);
  expect(imported).toMatchObject({ code: 0 });
  await run(['rates', 'rerate', ...ever], env);
}
const ever = ['--since', '2020-01-01', '--until', '2039-01-01'];

async function totals(): Promise<Record<string, string[]>> {
  const reports = openLocalReports(file);
  try {
    return await totalsOf(reports);
  } finally {
    await reports.close();
  }
}

const read = <Row>(statement: string): Row[] => {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare<[], Row>(statement).all();
  } finally {
    db.close();
  }
};
const numbersOf = (condition: string) =>
  read<{ e: string; n: string; k: string }>(
    `SELECT called_e164 AS e, called_number AS n, keyed_number AS k FROM call_records WHERE ${condition}`,
  );

function alertOf(callId: string): void {
  const db = new Database(file);
  db.prepare(
    `INSERT INTO alerts (id, kind, level, at, controller, call_id, text, fields) VALUES ('1', 'watch', 'warning', 1, 'one', ?, 'a call to +18016420100', '{"number":"+18016420100"}')`,
  ).run(callId);
  db.close();
}

const short = { BILLING_RETENTION_NUMBERS_DAYS: '200', BILLING_RETENTION_DIGITS_DAYS: '100' };

describe('numbers that are shortened', () => {
  it('keep all but their last digits, and are the same when it is done again', () => {
    expect(shortenNumber('+18016420100', 4)).toBe('+1801642****');
    expect(shortenNumber('911', 4)).toBe('911');
    const number = fc.stringMatching(/^\+?[0-9*#]{0,20}$/);
    fc.assert(
      fc.property(number, fc.integer({ min: 1, max: 6 }), (given, hidden) => {
        const once = shortenNumber(given, hidden);
        expect(once).toHaveLength(given.length);
        expect(shortenNumber(once, hidden)).toBe(once);
        expect(once.length <= 6 || once.endsWith('*'.repeat(hidden))).toBe(true);
      }),
    );
  });

  it('leave every report with the totals that it had, laid by or added up anew, and the ledger as it was', async () => {
    await fill(140);
    const before = await totals();
    expect(before['country']?.join('')).toContain('GG');
    const chain = await run(['ledger', 'verify', '--json'], env);
    const applied = await run(['privacy', 'apply', '--json'], { ...env, ...short });
    expect(JSON.parse(applied.stdout)).toMatchObject({ numbers: 70, codes: 70, records: 0, problems: [] });
    expect(
      numbersOf(`started_at < ${nowMs - 200 * dayMs}`).every(({ e, n, k }) =>
        [e, n, k].every((one) => one.endsWith('****')),
      ),
    ).toBe(true);
    expect(numbersOf(`started_at > ${nowMs - 200 * dayMs}`).some(({ e }) => isShortened(e))).toBe(false);
    expect(await totals()).toEqual(before);
    // From the records themselves, and laid by once more.
    const db = new Database(file);
    db.exec(
      `DELETE FROM report_hours; INSERT OR REPLACE INTO report_stale_hours (hour, stamp) SELECT DISTINCT started_at / 3600000, 1 FROM call_records`,
    );
    db.close();
    expect(await totals()).toEqual(before);
    const upkeep = openUpkeep(file);
    expect(await upkeep.layBy({ fromMs: 0, untilMs: nowMs }, nowMs)).toBeGreaterThan(0);
    upkeep.close();
    expect(await totals()).toEqual(before);
    expect((await run(['ledger', 'verify', '--json'], env)).stdout).toBe(chain.stdout);
    expect(JSON.parse((await run(['privacy', 'apply', '--json'], { ...env, ...short })).stdout)).toMatchObject({
      numbers: 0,
      codes: 0,
    });
  });

  it('are shown in lists and exports, and are priced by no other rate than before', async () => {
    await fill(14);
    await run(['rates', 'rerate', ...ever], env);
    const before = await totals();
    await run(['privacy', 'apply'], { ...env, ...short });
    const { stdout } = await run(['report', 'calls', '--from', '2020-01-01', '--format', 'csv'], env);
    expect(stdout).toContain('+1801642****');
    await run(['rates', 'rerate', ...ever], env);
    expect(await totals()).toEqual(before);
  });

  it('go in the history of corrections too, which stays otherwise; a later correction is shortened again', async () => {
    const guess = callOf(1, 300, { closedBy: 'heartbeat', estimated: true, reason: 'connection-lost' });
    await withStore(async (store) => {
      await store.save(guess);
      await store.save({ ...guess, closedBy: 'json-cdr', estimated: false, reason: null, billableMs: 500 });
    });
    await run(['privacy', 'apply'], { ...env, ...short });
    await withStore(async (store) => {
      const [correction] = await store.listCorrections(guess.callId);
      expect(correction).toMatchObject({
        before: { billableMs: guess.billableMs, calledE164: '+1416555****', code: '', estimated: true },
        after: { billableMs: 500, calledE164: '+1416555****', code: '', estimated: false },
      });
      await store.save({ ...guess, closedBy: 'event', estimated: false, reason: null, billableMs: 499 });
    });
    expect(numbersOf('1')[0]?.e).toBe('+14165550123');
    await run(['privacy', 'apply'], { ...env, ...short });
    expect(numbersOf('1')[0]?.e).toBe('+1416555****');
    await withStore(async (store) => {
      expect((await store.listCorrections(guess.callId)).map(({ after }) => after.calledE164)).toEqual([
        '+1416555****',
        '+1416555****',
      ]);
    });
  });

  it('are all shortened in the end by whoever goes on after kill -9, each once', async () => {
    await fill(2_400);
    const before = await totals();
    for (let kills = 0; kills < 4; kills += 1) {
      const done = () =>
        read<{ n: number }>('SELECT count(*) AS n FROM call_records WHERE shortened_at IS NOT NULL')[0]?.n ?? 0;
      const soFar = done();
      const { child, ended } = start(['privacy', 'apply'], { ...env, ...short });
      await eventually(() => Promise.resolve(done() > soFar + 60 ? true : null), 20_000);
      child.kill('SIGKILL');
      await ended;
      expect(done()).toBeLessThan(1_200);
      expect(
        read<{ n: number }>(
          `SELECT count(*) AS n FROM call_records WHERE (shortened_at IS NULL) <> (called_e164 NOT LIKE '%****')`,
        ),
      ).toEqual([{ n: 0 }]);
    }
    await run(['privacy', 'apply'], { ...env, ...short });
    expect(numbersOf(`started_at < ${nowMs - 200 * dayMs} AND called_e164 NOT LIKE '%****'`)).toEqual([]);
    expect(await totals()).toEqual(before);
    expect((await run(['ledger', 'verify'], env)).code).toBe(0);
  }, 120_000);
});

describe('what is kept for a time', () => {
  it('goes after it: records with all that belongs to them, CDR files, backups but the newest', async () => {
    await fill(20);
    const folder = join(data, 'backups');
    mkdirSync(folder);
    const ages = ['20200101T000000Z', '20200102T000000Z'].map((at) => join(folder, `billing-codes-one-${at}.db`));
    for (const backup of ages) writeFileSync(backup, '');
    for (const place of ['done', 'quarantine']) {
      mkdirSync(join(data, 'cdr', place), { recursive: true });
      for (const name of ['old.cdr.json', 'new.cdr.json']) writeFileSync(join(data, 'cdr', place, name), '{}');
      utimesSync(join(data, 'cdr', place, 'old.cdr.json'), 1, 1);
    }
    const limits = {
      BILLING_RETENTION_RECORDS_DAYS: '100',
      BILLING_RETENTION_CDR_DAYS: '30',
      BILLING_RETENTION_BACKUPS_DAYS: '30',
    };
    const { stdout } = await run(['privacy', 'apply', '--json'], { ...env, ...limits });
    expect(JSON.parse(stdout)).toMatchObject({ records: 10, cdrs: 2, backups: 1, problems: [] });
    expect(read(`SELECT 1 FROM call_records WHERE started_at < ${nowMs - 100 * dayMs}`)).toEqual([]);
    expect(read('SELECT 1 FROM call_prices WHERE call_id NOT IN (SELECT call_id FROM call_records)')).toEqual([]);
    expect(ages.map((backup) => existsSync(backup))).toEqual([false, true]);
    expect(existsSync(join(data, 'cdr', 'done', 'new.cdr.json'))).toBe(true);
    expect((await run(['ledger', 'verify'], env)).code).toBe(0);
  });

  it('is what the country has, or each setting says; nothing without either', async () => {
    const show = async (more: Record<string, string>) => (await run(['privacy', 'show'], { ...env, ...more })).stdout;
    expect(await show({})).not.toContain(' days ');
    const german = await show({ BILLING_RETENTION_COUNTRY: 'DE', BILLING_RETENTION_CDR_DAYS: '7' });
    expect(german).toMatch(/whole numbers in call records +180 days +usual in DE/);
    expect(german).toMatch(/CDR files.* 7 days +set/);
    const wrong = await run(['privacy', 'show'], { ...env, BILLING_RETENTION_RECORDS_DAYS: '61' });
    expect(wrong.stderr).toContain('whole number from 62');
  });

  it('is looked after by the controller, on a thread of its own', async () => {
    await fill(10);
    const config = loadConfig({ file: null, env: {}, flags: { 'data.dir': data, 'retention.numbersDays': '200' } });
    const store = await openLocalStore({ file });
    const logged: unknown[] = [];
    const retention = scheduleRetention({
      ...{
        plan: retentionPlan(config),
        file,
        sqlServer: null,
        clock: systemClock,
        shareWriter: () => store.shareWriter(),
      },
      log: { info: (_text, fields) => void logged.push(fields), error: (text) => void logged.push(text) },
      times: { firstMs: 10, pauseMs: 1 },
    });
    try {
      await eventually(() => Promise.resolve(logged.length > 0 ? true : null), 20_000);
      expect(logged).toEqual([expect.objectContaining({ numbers: 5, records: 0 })]);
      expect(numbersOf("called_e164 LIKE '%****'")).toHaveLength(5);
    } finally {
      await retention.stop();
      await store.close();
    }
  });
});

describe('billing-codes privacy erase', () => {
  it('says first what it would do, does it once, leaves the sums, and says so in the audit trail', async () => {
    await fill(30);
    const before = await totals();
    mkdirSync(join(data, 'cdr', 'done'), { recursive: true });
    const cdr = join(data, 'cdr', 'done', `a_${callOf(0, 1).callId}.cdr.json`);
    writeFileSync(cdr, '{}');
    alertOf(callOf(0, 1).callId);
    const asked = ['privacy', 'erase', '--extension', '200'];
    expect((await run(asked, env)).stdout).toContain('6 calls in the local file would be erased');
    expect(read('SELECT 1 FROM call_records WHERE called_e164 IS NULL')).toEqual([]);
    expect((await run([...asked, '--yes'], env)).stdout).toContain(
      '6 calls in the local file were erased, and 1 of their CDR files removed',
    );
    expect(
      read(
        "SELECT DISTINCT caller_name AS a, code AS b, keyed_number AS c, called_number AS d, called_e164 AS e, calling_number AS f FROM call_records WHERE extension = '200'",
      ),
    ).toEqual([{ a: '', b: '', c: '', d: null, e: null, f: null }]);
    expect(read('SELECT kind, text, fields FROM alerts')).toEqual([{ kind: 'watch', text: '(erased)', fields: '{}' }]);
    expect(existsSync(cdr)).toBe(false);
    expect(await totals()).toEqual(before);
    expect(read("SELECT subject AS subject FROM console_audit WHERE action = 'person-erased'")).toEqual([
      { subject: 'extension 200' },
    ]);
    expect((await run([...asked, '--yes'], env)).stdout).toContain('0 calls in the local file were erased');
  });

  it('takes a number, whose audit line does not tell it, or an account, whose moved calls lose the name as well', async () => {
    await fill(20);
    await run(['privacy', 'erase', '--number', '+41443640000', '--yes'], env);
    expect(read("SELECT 1 FROM call_records WHERE called_number = '41443640000'")).toEqual([]);
    expect(read("SELECT subject FROM console_audit WHERE action = 'person-erased'")).toEqual([
      { subject: 'number +41443******' },
    ]);
    await withStore(async (store) => {
      await store.addAccount(plainAccount('48214', 'Jones'));
      await store.moveCall({ callId: callOf(3, 1).callId, toAccountCode: '48214', movedBy: 'me', why: 'wrong client' });
    });
    const erased = await run(['privacy', 'erase', '--account', '48214', '--yes'], env);
    expect(erased).toMatchObject({ code: 0, stderr: '' });
    expect(read('SELECT to_account_name AS name, from_account_name AS former FROM call_moves')).toEqual([
      { name: '(erased)', former: 'Smith' },
    ]);
    expect(read('SELECT account_name AS name FROM call_records WHERE account_id = 2')).toEqual([{ name: '(erased)' }]);
    const db = new Database(file);
    expect(() => db.exec("UPDATE call_moves SET to_account_name = 'Somebody'")).toThrow('never changed');
    expect(() => db.exec('DELETE FROM call_moves')).toThrow('nothing is deleted');
    db.close();
  });

  it.each([
    [['erase']],
    [['erase', '--account', '999']],
    [['erase', '--number', '']],
    [['erase', '--number', '+']],
    [['forget']],
  ])('refuses %j', async (words) => {
    await fill(1);
    expect(await run(['privacy', ...words], env)).toMatchObject({ code: 2 });
  });
});
