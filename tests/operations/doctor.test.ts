import { copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../src/operations/doctor/finding.ts';
import { hunt as huntIn } from '../../src/operations/doctor/hunt.ts';
import { allNamed, parseXml } from '../../src/operations/doctor/xml.ts';
import { createSimulator } from '../../src/simulator/freeswitch.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { callRecordOf } from '../../src/words/call-record.ts';
import { freePorts } from '../../scripts/chaos/controller.ts';
import { run } from '../cli/run.ts';
import { hunt } from '../freeswitch-conf/hunt.ts';
import { settingsOf } from '../freeswitch-conf/copy-tree.ts';
import { textOf, xmlFiles } from '../freeswitch-conf/xml.ts';
import { account } from '../support/controller.ts';

let base: string;
let template: string;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'billing-codes-doctor-'));
  template = join(base, 'template.db');
  const store = await openLocalStore({ file: template });
  await store.addAccount(account('12345'));
  await store.close();
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let data: string;
let env: Record<string, string>;
beforeEach(() => {
  const folder = mkdtempSync(join(base, 'site-'));
  data = join(folder, 'data');
  const [backups, cdrs] = [join(folder, 'backups'), join(folder, 'cdrs')];
  for (const each of [data, backups, cdrs]) mkdirSync(each);
  copyFileSync(template, join(data, 'billing-codes.db'));
  const stamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  copyFileSync(template, join(backups, `billing-codes-one-${stamp}.db`));
  env = {
    ...{ BILLING_DATA_DIR: data, BILLING_BACKUP_DIR: backups, BILLING_CDR_DIR: cdrs },
    ...{ BILLING_CONTROLLER_NAME: 'one' },
  };
});

type Examined = { code: number | null; wrong: Finding[] };

async function examine(extra: Record<string, string> = {}): Promise<Examined> {
  const { code, stdout, stderr } = await run(['doctor', '--json'], { ...env, ...extra });
  expect(stderr).toBe('');
  const findings = JSON.parse(stdout) as Finding[];
  return { code, wrong: findings.filter(({ level }) => level !== 'ok') };
}

/** Of every site here: nothing was said of FreeSWITCH. */
const notLooked = { check: 'freeswitch', level: 'warning' };

describe('billing-codes doctor', () => {
  it('finds nothing wrong on a sound machine, but that it may not look at FreeSWITCH', async () => {
    const { code, wrong } = await examine();
    expect(wrong).toEqual([expect.objectContaining(notLooked)]);
    expect(code).toBe(0);
    expect(await run(['doctor', '--strict'], env)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^WARNING {2}freeswitch .*\n +→ set freeswitch\.host/m) as unknown,
    });
  });

  const plantings: [string, () => Record<string, string>, string, Finding['level']][] = [
    ['a data folder that is missing', () => ({ BILLING_DATA_DIR: join(data, 'nowhere') }), 'data-folder', 'error'],
    [
      'records that were not written',
      () => {
        writeFileSync(join(data, 'unwritten-1.jsonl'), '');
        return {};
      },
      'unwritten-records',
      'warning',
    ],
    ['no backup', () => ({ BILLING_BACKUP_DIR: '' }), 'backup', 'warning'],
    ['a backup folder that is empty', () => ({ BILLING_BACKUP_DIR: join(data, 'none') }), 'backup', 'warning'],
    [
      'a backup that is old',
      () => {
        const old = join(data, 'old');
        mkdirSync(old);
        writeFileSync(join(old, 'billing-codes-one-20250101T000000Z.db'), '');
        return { BILLING_BACKUP_DIR: old };
      },
      'backup',
      'error',
    ],
    ['a CDR folder that is missing', () => ({ BILLING_CDR_DIR: join(data, 'nowhere') }), 'cdr-folder', 'error'],
    [
      'CDRs that nobody takes',
      () => {
        const file = join(env['BILLING_CDR_DIR'] ?? '', 'a.cdr.json');
        writeFileSync(file, '{}');
        utimesSync(file, 1, 1);
        return {};
      },
      'cdr-folder',
      'error',
    ],
    ['a password for CDRs that everybody knows', () => ({ BILLING_CDR_PASSWORD: 'CHANGE-ME' }), 'secrets', 'error'],
    [
      'metrics that the whole network reads',
      () => ({ BILLING_HTTP_HOST: '0.0.0.0', BILLING_HTTP_PORT: '8088' }),
      'secrets',
      'warning',
    ],
    [
      'a database that is damaged',
      () => {
        writeFileSync(join(data, 'billing-codes.db'), 'x'.repeat(9000));
        return {};
      },
      'database',
      'error',
    ],
    [
      'a database that is missing',
      () => {
        rmSync(join(data, 'billing-codes.db'));
        return {};
      },
      'database',
      'warning',
    ],
  ];
  it.each(plantings)('finds %s, and nothing else', async (_what, plant, check, level) => {
    const { code, wrong } = await examine(plant());
    const others = wrong.filter((finding) => finding.check !== 'freeswitch' && finding.check !== 'database');
    const own = check === 'database' ? wrong.filter((finding) => finding.check === 'database') : others;
    expect(own).toEqual([expect.objectContaining({ check, level })]);
    expect(own[0]?.toDo).toMatch(/\S/);
    expect(code).toBe(wrong.some((finding) => finding.level === 'error') ? 1 : 0);
  });

  it('finds that there is no billing code, and what the last calls say of 3CX', async () => {
    rmSync(join(data, 'billing-codes.db'));
    const store = await openLocalStore({ file: join(data, 'billing-codes.db') });
    for (let at = 0; at < 20; at += 1) {
      await store.save({
        ...callRecordOf({
          ...{ callId: `c${at}`, switchName: 's', controller: 'one', entry: 'prompted', startedAtMs: 1 + at },
          ...{ extension: '+18016424600', callerName: '' },
        }),
        ...{ outcome: 'abandoned', reason: 'no-digits', endedAtMs: 100 + at, closedBy: 'event', estimated: at === 0 },
      });
    }
    await store.close();
    const { wrong } = await examine();
    expect(wrong.map(({ check }) => check)).toEqual(['codes', 'caller-numbers', 'dtmf', 'estimates', 'freeswitch']);
  });

  it('finds SQL Server that does not answer', async () => {
    const [port = 0] = await freePorts(1);
    const { code, wrong } = await examine({
      BILLING_SQLSERVER_SERVER: '127.0.0.1',
      BILLING_SQLSERVER_PORT: String(port),
    });
    expect(wrong).toEqual([
      expect.objectContaining({ check: 'sqlserver', level: 'error' }),
      expect.objectContaining(notLooked),
    ]);
    expect(code).toBe(1);
  });

  it('finds FreeSWITCH that is down, one that has another password, and one that everybody may enter', async () => {
    const [port = 0] = await freePorts(1);
    const towards = { BILLING_FREESWITCH_HOST: '127.0.0.1', BILLING_FREESWITCH_PORT: String(port) };
    const down = await examine({ ...towards, BILLING_FREESWITCH_PASSWORD: 'secret' });
    expect(down.wrong).toEqual([
      expect.objectContaining({
        check: 'freeswitch',
        level: 'error',
        found: expect.stringContaining('ECONNREFUSED') as unknown,
      }),
    ]);
    const freeswitch = createSimulator({ controllers: '127.0.0.1:1' });
    await freeswitch.listen('secret', port);
    try {
      const wrong = await examine({ ...towards, BILLING_FREESWITCH_PASSWORD: 'mistaken' });
      expect(wrong.wrong).toEqual([
        expect.objectContaining({ check: 'freeswitch', found: expect.stringContaining('wrong password') as unknown }),
      ]);
      const usual = await examine({ ...towards, BILLING_FREESWITCH_PASSWORD: 'ClueCon' });
      expect(usual.wrong.map(({ check }) => check)).toContain('secrets');
    } finally {
      freeswitch.close();
    }
  });

  it('is wrong usage with what it does not know, and with a configuration that is wrong', async () => {
    expect(await run(['doctor', '--jsno'], env)).toMatchObject({ code: 2, stdout: '' });
    expect(await run(['doctor'], { ...env, BILLING_ESL_PORT: 'x' })).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('what the doctor reads', () => {
  const settings = settingsOf(textOf('vars_billing.xml'));
  const text = textOf('dialplan/billing.xml').replace(/\$\$\{(\w+)\}/g, (_, name: string) => settings.get(name) ?? '');
  const contexts = new Map(allNamed(parseXml(text), 'context').map((one) => [one.attributes['name'] ?? '', one]));

  it('is every XML file that we ship', () => {
    for (const file of xmlFiles()) expect([file, parseXml(textOf(file)).length]).toEqual([file, 1]);
  });

  it('leads a number to where the dialplan does, for any number and state of the call', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789*#+'.split('')), minLength: 1, maxLength: 12 });
    const numbers = fc.oneof(
      digits,
      fc.constantFrom('8', '9', '911', '112', '9911', '+911', 'sos', 'Sos.fire', 'sosig', 'no_controller', 'take_up'),
    );
    const values = fc.record(
      {
        billing_attempt: fc.constantFrom('', '1'),
        billing_entry: fc.constantFrom('direct', 'prompted'),
        billing_dialled: numbers,
        billing_talked: fc.constantFrom('', 'true'),
        park_timeout: fc.constantFrom('', '600'),
        default_language: fc.constantFrom('', 'es'),
        billing_sos: fc.constantFrom('', 'true'),
        sip_req_host: fc.constantFrom('127.0.0.1', 'service'),
        sip_req_port: fc.constantFrom('', '5080', 'sos', 'sos.police', 'sosig'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom('billing', 'billing_steps'), numbers, values, (name, number, variables) => {
        const context = contexts.get(name);
        if (context === undefined) throw new Error(`no context ${name}`);
        const set: Record<string, string> = { ...variables };
        expect(huntIn(context, number, set).actions).toEqual(hunt(name, number, set));
      }),
    );
  });

  it('is refused where an element is not closed', () => {
    expect(() => parseXml('<a><b></a>')).toThrow('</a> closes nothing that is open');
    expect(() => parseXml('<a><b/>')).toThrow('<a> is not closed');
  });
});
