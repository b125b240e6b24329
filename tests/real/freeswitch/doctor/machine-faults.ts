import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createDisk, diskShim } from '../../../../scripts/chaos/disk.ts';
import { openLocalStore } from '../../../../src/store/sqlite/store.ts';
import { callRecordOf, type CallRecord } from '../../../../src/words/call-record.ts';
import { env, type Fault } from './fault.ts';
import { withMode, type DoctorSite, type Plant } from './site.ts';

/** A module that Node loads before the doctor. */
const preloaded = (code: string): Record<string, string> => ({
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}`,
});

async function withCalls(site: DoctorSite, changes: (at: number) => Partial<CallRecord>): Promise<Plant> {
  const data = await site.otherData();
  const store = await openLocalStore({ file: join(data, 'billing-codes.db') });
  for (let at = 0; at < 12; at += 1) {
    await store.save({
      ...callRecordOf({
        ...{ callId: `c${at}`, switchName: 's', controller: 'another', entry: 'prompted', startedAtMs: 1 + at },
        ...{ extension: '201', callerName: '' },
      }),
      ...{ outcome: 'refused', reason: 'code-unknown', endedAtMs: 100 + at, closedBy: 'event' },
      ...changes(at),
    });
  }
  await store.close();
  return { env: { BILLING_DATA_DIR: data } };
}

const minutesAgo = (minutes: number): number => Date.now() - minutes * 60_000;

async function withDatabase(site: DoctorSite, statement: string): Promise<Plant> {
  const data = await site.otherData();
  const db = new Database(join(data, 'billing-codes.db'));
  db.exec(statement);
  db.close();
  return { env: { BILLING_DATA_DIR: data } };
}

export const configuration: Fault[] = [
  {
    ...{ what: 'a configuration file with a password, which everybody may read', checks: ['secrets'], isFault: false },
    plant({ base }) {
      const file = join(base, 'open.json');
      writeFileSync(file, JSON.stringify({ cdr: { password: 'a-secret' } }));
      chmodSync(file, 0o644);
      return { env: { BILLING_CONFIG: file } };
    },
    found: /every user of this machine may read .*open\.json/,
  },
  {
    ...{ what: 'a password that was never set', checks: ['secrets'], found: /cdr\.password is still CHANGE-ME/ },
    plant: env({ BILLING_CDR_PASSWORD: 'CHANGE-ME' }),
  },
  {
    ...{ what: 'the port of another controller', checks: ['controllers'], isFault: false },
    ...{ plant: env({ BILLING_ESL_PORT: '9' }), found: /has the port of this controller, 9 \(esl\.port\)/ },
  },
  {
    ...{ what: 'FreeSWITCH, which may not connect', checks: ['controllers'], found: /is not in esl\.allow/ },
    plant: env({ BILLING_ESL_ALLOW: '192.0.2.1' }),
  },
  {
    ...{ what: 'a route over a gateway that is not there', checks: ['gateways'], found: /no gateway mobiles/ },
    plant: env({ BILLING_ROUTES_MOBILE: 'sofia/gateway/mobiles/{number}' }),
  },
  {
    ...{ what: 'a table of calls that is not FreeSWITCH’s', checks: ['core-db'], found: /core\.db/, isFault: false },
    plant: ({ base }) => ({ env: { BILLING_FREESWITCH_CORE_DB: join(base, 'core.db') } }),
  },
];

export const machine: Fault[] = [
  {
    ...{ what: 'a data folder that is missing', checks: ['data-folder', 'database'], found: /cannot be written/ },
    plant: ({ base }) => ({ env: { BILLING_DATA_DIR: join(base, 'nowhere') } }),
  },
  {
    ...{ what: 'a disk that is full', checks: ['disk'], found: /0\.0 GB are free/ },
    plant({ base }) {
      const shim = diskShim(base);
      if (shim === null) throw new Error('this test needs a C compiler (Debian: apt-get install gcc libc6-dev)');
      const disk = createDisk(shim, base, 'full');
      disk.set('full');
      return { env: { ...disk.env } };
    },
  },
  {
    ...{ what: 'no backup', checks: ['backup'], found: /is not backed up/, isFault: false },
    plant: env({ BILLING_BACKUP_DIR: '' }),
  },
  {
    ...{ what: 'a backup that is old', checks: ['backup'], found: /days old/ },
    plant({ base }) {
      const old = join(base, 'old');
      mkdirSync(old);
      writeFileSync(join(old, 'billing-codes-one-20250101T000000Z.db'), '');
      return { env: { BILLING_BACKUP_DIR: old } };
    },
  },
  {
    ...{ what: 'a database that is damaged', checks: ['database'], found: /beginning is damaged|not a database/ },
    async plant(site) {
      const data = await site.otherData();
      writeFileSync(join(data, 'billing-codes.db'), 'x'.repeat(9000));
      return { env: { BILLING_DATA_DIR: data } };
    },
  },
  {
    ...{ what: 'a database of a newer program', checks: ['database'], found: /newer version of this program/ },
    plant: (site) => withDatabase(site, 'PRAGMA user_version = 9000'),
  },
  {
    ...{ what: 'a database that everybody may read', checks: ['secrets'], found: /billing-codes\.db/, isFault: false },
    plant({ env: { BILLING_DATA_DIR = '' } }) {
      return withMode(join(BILLING_DATA_DIR, 'billing-codes.db'), 0o644, 0o600);
    },
  },
  {
    ...{ what: 'no billing code', checks: ['codes'], found: /no billing code/ },
    plant: (site) => withDatabase(site, 'DELETE FROM accounts'),
  },
  {
    ...{ what: 'a clock that was set back', checks: ['clock'], found: /s in the future/ },
    plant: (site) => withCalls(site, () => ({ startedAtMs: Date.now() + 90_000, endedAtMs: null, closedBy: null })),
  },
  {
    ...{ what: 'a clock that differs from FreeSWITCH’s', checks: ['freeswitch-clock'], isFault: false },
    plant: env(preloaded('const { now } = Date; Date.now = () => now() + 30_000;')),
    found: /3\d s behind ours/,
  },
];

export const lastCalls: Fault[] = [
  {
    ...{ what: 'callers that are no extensions', checks: ['caller-numbers'], isFault: false },
    plant: (site) => withCalls(site, () => ({ extension: '+18016424600' })),
    found: /12 of the last 12 calls came from no extension/,
  },
  {
    ...{ what: 'phones whose digits do not arrive', checks: ['dtmf'], found: /12 keyed nothing/, isFault: false },
    plant: (site) => withCalls(site, () => ({ outcome: 'abandoned', reason: 'no-digits' })),
  },
  {
    ...{ what: 'calls billed by a guess', checks: ['estimates'], found: /1 of the last 12 calls/, isFault: false },
    plant: (site) => withCalls(site, (at) => ({ estimated: at === 3 })),
  },
  {
    ...{ what: 'CDRs that do not arrive', checks: ['cdr-arrival'], found: /of the last 10 calls, .* no CDR/ },
    plant: (site) =>
      withCalls(site, () => ({ controller: 'one', startedAtMs: minutesAgo(6), endedAtMs: minutesAgo(5) })),
  },
  {
    ...{ what: 'CDRs that nobody takes', checks: ['cdr-settings', 'cdr-folder'], found: /writes CDRs to/ },
    plant({ base }) {
      const folder = join(base, 'waiting');
      mkdirSync(folder);
      const file = join(folder, 'a.cdr.json');
      writeFileSync(file, '{}');
      utimesSync(file, 1, 1);
      return { env: { BILLING_CDR_DIR: folder } };
    },
  },
];

export const sqlServer: Fault[] = [
  {
    ...{ what: 'SQL Server that does not answer', checks: ['sqlserver'], found: /127\.0\.0\.1/ },
    plant: env({ BILLING_SQLSERVER_SERVER: '127.0.0.1', BILLING_SQLSERVER_PORT: '9' }),
  },
];
