import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { createSimulator } from '../../src/simulator/freeswitch.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { main, runtime } from '../../scripts/program.ts';
import { run } from '../cli/run.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';

let base: string;
/** Stopped, with one code and no call. */
let template: string;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'billing-codes-backup-'));
  template = join(base, 'template.db');
  const store = await openLocalStore({ file: template });
  await store.addAccount(account('12345'));
  await store.close();
  // As a backup is.
  const db = new Database(template);
  db.pragma('journal_mode = DELETE');
  db.close();
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let data: string;
let file: string;
let env: Record<string, string>;
beforeEach(() => {
  data = mkdtempSync(join(base, 'data-'));
  file = join(data, 'billing-codes.db');
  copyFileSync(template, file);
  env = { BILLING_DATA_DIR: data, BILLING_CONTROLLER_NAME: 'one' };
});

const codesIn = async (database: string): Promise<string[]> => {
  const store = await openLocalStore({ file: database });
  try {
    return (await store.listAccounts()).map(({ code }) => code);
  } finally {
    await store.close();
  }
};

/** Every file in a folder and what is in it; without what SQLite keeps beside a file that it reads, and a lock that is free. */
const treeOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((name) => !/-shm$|-wal$|controller\.lock$/.test(name))
      .map((name) => [name, createHash('sha256').update(readFileSync(name)).digest('hex')]),
  );

describe('billing-codes backup', () => {
  it('writes one file that is whole and of its owner alone, says what is in it, and restore puts it back', async () => {
    const to = join(data, 'kept', 'friday.db');
    const taken = await run(['backup', to], env);
    expect(taken).toMatchObject({ code: 0, stderr: '' });
    expect(taken.stdout).toMatch(
      /friday\.db: \d+ bytes, 1 billing codes, 0 call records, the last of none; schema version \d+\.\n/,
    );
    expect(readdirSync(join(data, 'kept'))).toEqual(['friday.db']);
    expect(statSync(to).mode & 0o777).toBe(0o600);
    expect(await run(['backup', '--check', to], env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is sound'),
    });

    expect(await run(['accounts', 'add', '--code', '67890', '--name', 'Later'], env)).toMatchObject({ code: 0 });
    const restored = await run(['restore', to], env);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(await codesIn(file)).toEqual(['12345']);
    const kept = readdirSync(data).find((name) => name.startsWith('billing-codes-before-restore-')) ?? '';
    expect(restored.stdout).toContain(kept);
    expect(await codesIn(join(data, kept))).toEqual(['12345', '67890']);
  });

  it('without a name keeps as many as it is told to, and none of another controller', async () => {
    const folder = join(data, 'backups');
    mkdirSync(folder);
    const names = ['20250101T000000Z', '20250102T000000Z', '20250103T000000Z'];
    for (const name of names) writeFileSync(join(folder, `billing-codes-one-${name}.db`), '');
    for (const name of ['billing-codes-other-20240101T000000Z.db', 'holiday.txt'])
      writeFileSync(join(folder, name), '');
    const taken = await run(['backup', '--backup-keep', '2', '--json'], env);
    expect(taken).toMatchObject({ code: 0, stderr: '' });
    const { file: made, removed } = JSON.parse(taken.stdout) as { file: string; removed: string[] };
    expect(removed).toHaveLength(2);
    expect(
      readdirSync(folder)
        .map((name) => join(folder, name))
        .sort(),
    ).toEqual(
      [
        join(folder, 'billing-codes-one-20250103T000000Z.db'),
        join(folder, 'billing-codes-other-20240101T000000Z.db'),
        join(folder, 'holiday.txt'),
        made,
      ].sort(),
    );
    expect((await run(['backup', '--list'], env)).stdout).toContain(made);
  });

  it('never overwrites a file', async () => {
    const to = join(data, 'there.db');
    writeFileSync(to, 'precious');
    expect(await run(['backup', to], env)).toMatchObject({
      code: 2,
      stderr: `billing-codes backup: ${to} is there already, and no backup is overwritten\n`,
    });
    expect(readFileSync(to, 'utf8')).toBe('precious');
  });

  it.each([
    ['a folder that cannot be made', '/dev/null/backups/x.db', /^billing-codes backup: .*\/dev\/null\/backups.*\n$/],
    ['a place where nobody may write', '/proc/x.db', /^billing-codes backup: .*\/proc\/x\.db.*\n$/],
  ])('says in one line that there is %s', async (_what, to, line) => {
    const before = treeOf(data);
    const taken = await run(['backup', to], env);
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toMatch(line);
    expect(treeOf(data)).toEqual(before);
  });

  it('leaves nothing behind where the file may not grow any more half-way', () => {
    const db = new Database(file);
    db.exec('CREATE TABLE filler (x); INSERT INTO filler SELECT randomblob(1000000) FROM accounts; DROP TABLE filler');
    db.close();
    const limited = `trap '' XFSZ; ulimit -f 300; exec "$0" "$1" backup ${join(data, 'x.db')}`;
    const ran = spawnSync('bash', ['-c', limited, runtime, main], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(/^billing-codes backup: .*x\.db.*\n$/);
    expect(readdirSync(data).filter((name) => name.startsWith('x.db'))).toEqual([]);
  });

  it('is no backup of a file that is damaged', async () => {
    const size = statSync(file).size;
    const damaged = readFileSync(file);
    damaged.fill(0x5a, size / 2, size / 2 + 20_000);
    writeFileSync(file, damaged);
    const taken = await run(['backup', join(data, 'x.db')], env);
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toMatch(/^billing-codes backup: .*billing-codes\.db is damaged \(.*\n$/);
    expect(readdirSync(data).filter((name) => name.startsWith('x.db'))).toEqual([]);
  });
});

describe('billing-codes restore', () => {
  const refusedAs = async (backup: string, line: RegExp): Promise<void> => {
    const before = treeOf(data);
    const restored = await run(['restore', backup], env);
    expect(restored).toMatchObject({ code: 1, stdout: '' });
    expect(restored.stderr).toMatch(line);
    expect(treeOf(data)).toEqual(before);
  };
  const spoiled = (spoil: (backup: string) => void): string => {
    const backup = join(data, 'backup.db');
    copyFileSync(template, backup);
    spoil(backup);
    return backup;
  };

  it('refuses what is not there, is no database, is another’s, or is empty', async () => {
    await refusedAs(join(data, 'missing.db'), /^billing-codes restore: .*missing\.db is not there\.\n$/);
    await refusedAs(
      spoiled((backup) => writeFileSync(backup, 'hello '.repeat(1000))),
      /^billing-codes restore: .*backup\.db is damaged .*\n$/,
    );
    await refusedAs(
      spoiled((backup) => writeFileSync(backup, '')),
      /^billing-codes restore: .*backup\.db is not a database of billing-codes.*\n$/,
    );
    const another = spoiled((backup) => {
      rmSync(backup);
      const db = new Database(backup);
      db.exec('CREATE TABLE theirs (x)');
      db.close();
    });
    await refusedAs(another, /^billing-codes restore: .*is not a database of billing-codes.*\n$/);
  });

  it('refuses a backup that is cut off, damaged in the middle, or newer than this program', async () => {
    await refusedAs(
      spoiled((backup) => truncateSync(backup, statSync(backup).size - 8192)),
      /^billing-codes restore: \S*backup\.db is damaged.*\n$/,
    );
    const damaged = spoiled((backup) => {
      const bytes = readFileSync(backup);
      bytes.fill(0x5a, bytes.length / 2, bytes.length / 2 + 20_000);
      writeFileSync(backup, bytes);
    });
    await refusedAs(damaged, /^billing-codes restore: \S*backup\.db is damaged.*\n$/);
    const newer = spoiled((backup) => {
      const db = new Database(backup);
      db.pragma('user_version = 9999');
      db.close();
    });
    await refusedAs(newer, /^billing-codes restore: \S*backup\.db was written by a newer version of this program.*\n$/);
  });

  it('puts a backup in the place of a database that is damaged, and keeps that with its WAL', async () => {
    const backup = spoiled(() => undefined);
    writeFileSync(file, 'garbage '.repeat(1000));
    writeFileSync(`${file}-wal`, 'latest');
    expect(await run(['restore', backup], env)).toMatchObject({ code: 0, stderr: '' });
    expect(await codesIn(file)).toEqual(['12345']);
    const kept = readdirSync(data).find((name) => /^billing-codes-before-restore-.*\.db$/.test(name)) ?? '';
    expect(readFileSync(join(data, kept), 'utf8')).toMatch(/^garbage/);
    expect(readFileSync(join(data, `${kept}-wal`), 'utf8')).toBe('latest');
    expect(existsSync(`${file}.restoring`)).toBe(false);
  });

  it('makes the database where there is none yet', async () => {
    const elsewhere = join(data, 'new', 'machine');
    expect(await run(['restore', template], { ...env, BILLING_DATA_DIR: elsewhere })).toMatchObject({ code: 0 });
    expect(await codesIn(join(elsewhere, 'billing-codes.db'))).toEqual(['12345']);
  });
});

describe('beside a running controller', () => {
  let controller: TestController;
  beforeEach(async () => {
    controller = await startTestController({ 'backup.dir': join(data, 'scheduled'), 'controller.name': 'one' });
    await controller.store.addAccount(account('12345'));
  });
  afterEach(() => controller.dispose());

  it('a backup is taken while calls go on, with every call that had ended; restore is refused', async () => {
    const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
    const running = { BILLING_DATA_DIR: controller.folder };
    const to = join(data, 'busy.db');
    const farEnd = { kind: 'answers', afterMs: 10, talkMs: 100, hangsUp: 'callee' } as const;
    const place = async (): Promise<string> => {
      const call = simulator.placeCall({ dialled: '9', keys: ['12345**8016424655#'], farEnd });
      return (await call.finished).callId;
    };
    const before = await place();
    await eventually(async () => (await controller.store.findCallRecord(before))?.endedAtMs ?? null);
    const backup = run(['backup', to], running);
    for (let calls = 0; calls < 4; calls += 1) expect(await place()).not.toBe('');
    expect(await backup).toMatchObject({ code: 0, stderr: '' });
    simulator.close();
    const store = await openLocalStore({ file: to });
    expect(await store.findCallRecord(before)).toMatchObject({ outcome: 'answered' });
    await store.close();

    const refused = await run(['restore', to], running);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^billing-codes restore: another controller \(one, process \d+ on .*\) uses the data folder .*: stop it.*\n$/,
    );
  });

  it('one is taken by the schedule, and the log says so', async () => {
    const taken = await eventually(
      () => Promise.resolve(/backup taken file=(\S+)/.exec(controller.logged())?.[1] ?? null),
      20_000,
    );
    expect(await run(['backup', '--check', taken], env)).toMatchObject({ code: 0 });
    expect(readdirSync(join(data, 'scheduled'))).toHaveLength(1);
  });
});

describe('a schedule that cannot write', () => {
  it('is said in the log and by /readyz, and calls go on', async () => {
    const controller = await startTestController({ 'backup.dir': '/dev/null/x', 'http.port': '0' });
    try {
      await eventually(
        () => Promise.resolve(controller.logged().includes('no backup was taken') ? true : null),
        20_000,
      );
      const { port } = controller.webAddress() ?? { port: 0 };
      const answer = (await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as {
        warnings: { name: string }[];
      };
      expect(answer.warnings).toEqual([
        { name: 'no-backup', problem: expect.stringContaining('/dev/null/x') as unknown },
      ]);
    } finally {
      await controller.dispose();
    }
  });
});
