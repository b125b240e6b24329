import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { call } from '../reports/site.ts';
import { plainAccount } from '../store/records.ts';
import { run as runCommand } from './run.ts';

/** Calls of May 2026 of three accounts, two of them of one client, whose statements go out; then something changes. */

// Up to a dozen processes one after the other, each as fast as the machine lets it.
jest.setTimeout(600_000);

let folder: string;
const run = (...args: string[]) => runCommand(args, { BILLING_DATA_DIR: folder });
const done = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(...args);
  expect({ args, code, stderr }).toMatchObject({ code: 0 });
  return stdout;
};

async function priced(price: string): Promise<void> {
  const file = join(folder, 'rates.csv');
  await writeFile(file, `prefix,destination,price USD,increments\n1,USA,${price},60/60\n`);
  await done('rates', 'import', file);
}

const may = ['--from', '2026-05-01', '--to', '2026-05-31'];
const noon = (day: number) => `2026-05-0${day}T12:00:00Z`;
const paid = (accountId: number) => ({
  ...{ accountId, calledE164: '+18016424655', callType: 'national' as const, billableMs: 60_000 },
  ...{ closedBy: 'heartbeat' as const, estimated: true },
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'billing-statements-'));
  const store = await openLocalStore({ file: join(folder, 'billing-codes.db') });
  await store.close();
});
afterEach(() => rm(folder, { recursive: true }));

const stored = () => openLocalStore({ file: join(folder, 'billing-codes.db') });

async function issued(): Promise<void> {
  const store = await stored();
  await store.addAccount({ ...plainAccount('1001', 'Smith'), client: 'Acme' });
  await store.addAccount({ ...plainAccount('1002', 'Jones'), client: 'Acme' });
  await store.addAccount(plainAccount('1003', 'Brown'));
  await store.close();
  await priced('0.10');
  const again = await stored();
  for (const [at, accountId] of [1, 2, 3, 3].entries()) {
    await again.save(call(`call-${at}`, noon(at + 1), paid(accountId)));
  }
  await again.close();
  const file = join(folder, 'may.csv');
  await done('report', 'statement', '--group', 'client', ...may, '--format', 'csv', '--output', file, '--issue');
}

describe('a statement that went out', () => {
  it('is listed, and equals its calls', async () => {
    await issued();
    const listed = await done('reports', 'statements');
    expect(listed).toMatch(/202605-C1 +Acme +2026-05-01 to 2026-05-31 .*may\.csv +2 +0\.20 USD/);
    expect(listed).toMatch(/202605-C3 +Brown +2026-05-01 to 2026-05-31 .*may\.csv +2 +0\.20 USD/);
    expect(await done('reports', 'statements', '--changed')).toBe(
      'All of 2 statements that went out equal their calls.\n',
    );
  });

  it('is told of where its calls are re-rated: before, and afterwards; and a corrected one takes its place', async () => {
    await issued();
    await priced('0.25');
    const period = ['--since', '2026-05-01', '--until', '2026-05-02'];
    const acme = /202605-C1 +Acme +2026-05-01 to 2026-05-31 +\S+ +2 +0\.20 USD +2 +0\.35 USD +\+0\.15 USD/;
    const foreseen = await done('rates', 'rerate', ...period, '--dry-run');
    expect(foreseen).toContain('A statement has gone out, and would no longer be what the calls come to:');
    expect(foreseen).toMatch(acme);
    expect(foreseen).not.toContain('Brown');
    const made = await done('rates', 'rerate', ...period);
    expect(made).toContain('A statement has gone out, and no longer is what the calls come to:');
    expect(made).toMatch(acme);
    expect(made).toContain('billing-codes report statement --correct NUMBER');

    const changed = await run('report', 'statements', '--changed');
    expect(changed.code).toBe(1);
    expect(changed.stdout).toMatch(acme);
    const corrected = await run('report', 'statement', '--correct', '202605-C1', '--format', 'json', '--issue');
    expect(corrected).toMatchObject({ code: 0, stderr: expect.stringContaining('Issued: 202605-C1-2') });
    expect(await done('reports', 'statements', '--changed')).toContain('All of 2 statements');
    const listed = await done('reports', 'statements');
    expect(listed).toMatch(/202605-C1-2 +Acme .* 0\.35 USD/);
    expect(listed).not.toMatch(/202605-C1 /);

    // Undone, the corrected one is wrong in turn.
    expect(await done('rates', 'undo', '1')).toMatch(/202605-C1-2 +Acme .*-0\.15 USD/);
    const second = await run('report', 'statement', '--correct', '202605-C1-2', '--issue');
    expect(second.stdout).toContain('This statement takes the place of statement 202605-C1-2 of ');
    expect(second.stdout).toContain('Charges of statement 202605-C1-2: 0.35 USD; of this one: 0.20 USD (-0.15 USD).');
    expect(second.stderr).toContain('Issued: 202605-C1-3');
    const late = await run('report', 'statement', '--correct', '202605-C1-2', '--issue');
    expect(late).toMatchObject({ code: 2, stderr: expect.stringContaining('has taken the place of 202605-C1-2') });
  });

  it('is told of where a call is moved from one to another, both of them; one whose calls are all gone is corrected to nothing', async () => {
    await issued();
    const reason = ['--why', 'wrong code', '--by', 'anna'];
    // Within a client nothing changes.
    expect(await done('calls', 'move', 'call-0', '--to-account', '1002', ...reason)).not.toContain('gone out');
    const moved = await done('calls', 'move', 'call-2', '--to-account', '1001', ...reason);
    expect(moved).toContain('2 statements have gone out, and no longer are what the calls come to:');
    expect(moved).toMatch(/202605-C1 .* 0\.30 USD +\+0\.10 USD/);
    expect(moved).toMatch(/202605-C3 .* 0\.10 USD +-0\.10 USD/);
    await done('calls', 'move', 'call-3', '--to-account', '1001', ...reason);
    const { stdout } = await run('report', 'statement', '--correct', '202605-C3');
    expect(stdout).toContain('Charges of statement 202605-C3: 0.20 USD; of this one: nothing (-0.20 USD).');
    // Who takes it into the accounts has to credit the one before.
    for (const [number, said] of [
      ['202605-C3', 'nothing is left to invoice'],
      ['202605-C1', 'it asks for all of the calls once more'],
    ] as const) {
      const { stderr } = await run('report', 'statement', '--correct', number, '--format', 'xero');
      expect(stderr).toContain(`${number}-2: ${said}: credit ${number} (0.20 USD before tax) in the accounts`);
    }
  });

  it('is listed as changed where a record is corrected, or a call becomes known, afterwards', async () => {
    await issued();
    const store = await stored();
    await store.save(
      call('call-3', noon(4), { ...paid(3), closedBy: 'json-cdr', estimated: false, billableMs: 120_000 }),
    );
    await store.save(call('late', noon(5), paid(2)));
    await store.close();
    const { stdout } = await run('report', 'statements', '--changed');
    expect(stdout).toMatch(/202605-C3 +Brown .* 2 +0\.20 USD +2 +0\.30 USD +\+0\.10 USD/);
    expect(stdout).toMatch(/202605-C1 +Acme .* 2 +0\.20 USD +3 +0\.30 USD +\+0\.10 USD/);
  });

  it('keeps its number, calls and charges where the person is erased, and can be corrected', async () => {
    await issued();
    const file = join(folder, 'to Brown.csv');
    await done(
      'report',
      'statement',
      '--filter',
      'account=Brown',
      ...may,
      '--format',
      'csv',
      '--output',
      file,
      '--issue',
    );
    await done('privacy', 'erase', '--account', '1003', '--yes');
    await done('accounts', 'change', '1003', '--name', 'X');
    const listed = await done('reports', 'statements');
    expect(listed).not.toContain('Brown');
    expect(listed.match(/202605-\w+ +\(erased\) +2026-05-01 to 2026-05-31 .* \(erased\) +2 +0\.20 USD/g)).toHaveLength(
      2,
    );
    expect(listed).toMatch(/202605-C1 +Acme .*may\.csv +2 +0\.20 USD/);
    expect(await done('reports', 'statements', '--changed')).toContain('All of 3 statements');
    const store = await stored();
    await store.save(call('late', noon(5), paid(3)));
    await store.close();
    for (const number of ['202605-C3', '202605-A3']) {
      const corrected = await run('report', 'statement', '--correct', number, '--issue');
      expect(corrected.stdout).toContain(
        `Charges of statement ${number}: 0.20 USD; of this one: 0.30 USD (+0.10 USD).`,
      );
    }
    expect((await run('reports', 'statements', '--changed')).stdout).toContain('All of 3 statements');
  });

  it('is none until it is issued, and nothing but a statement can be', async () => {
    await issued();
    await done('report', 'statement', '--preset', 'this-month', '--format', 'csv');
    expect((await done('reports', 'statements')).trim().split('\n')).toHaveLength(3);
    for (const [args, said] of [
      [['report', 'calls', '--issue'], 'are for the report statement'],
      [['report', 'statement', '--correct', '9'], 'no statement 9 has gone out'],
      [['report', 'statement', '--correct', '202605-C1', '--from', '2026-01-01'], 'leave out --from'],
    ] as const) {
      expect(await run(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
    }
  });
});
