import { existsSync } from 'node:fs';
import type { Config } from '../../config/schema.ts';
import { findCdrs } from '../../freeswitch/cdr/folder.ts';
import { StoreError } from '../../store/ports/store-error.ts';
import { simulatorName, type CallRecord } from '../../words/call-record.ts';
import { messageOf } from '../../words/thrown.ts';
import { examineBackup } from '../../store/sqlite/backup.ts';
import { knownVersion } from '../../store/sqlite/migrate.ts';
import { openLocalStore, type LocalStore } from '../../store/sqlite/store.ts';
import { allOf, fault, ok, warning, type Finding } from './finding.ts';

/** So many of the last calls are looked at. */
const looked = 100;
const enough = 10;

export type StoreExamined = {
  /** SQL Server is the system of record. */
  isCopy: boolean;
  config: Config;
  nowMs: number;
};

/** The local database, and what the last calls say of 3CX, its phones, this machine's clock and CDRs. */
export async function examineStore(file: string, examined: StoreExamined): Promise<Finding[]> {
  if (!existsSync(file))
    return [warning('database', `there is no database ${file} yet`, 'start the controller: it makes one')];
  try {
    const { schemaVersion, bytes } = examineBackup(file);
    if (schemaVersion < knownVersion()) {
      return [
        warning(
          'database',
          `${file} is of an earlier version (schema version ${schemaVersion} of ${knownVersion()})`,
          'start the controller: it brings the file up to date; a backup before that (billing-codes backup) is the way back',
        ),
      ];
    }
    const store = await openLocalStore({ file });
    try {
      return [
        ok('database', `${file} is sound, schema version ${schemaVersion}, ${bytes} bytes`),
        ...(await codes(store, examined.isCopy)),
        ...(await calls(store, examined)),
      ];
    } finally {
      await store.close();
    }
  } catch (error) {
    // Of a newer program or of another one: the line says what to do, and the file is sound.
    if (error instanceof StoreError && error.code === 'unavailable')
      return [fault('database', messageOf(error), 'see data.dir, and that the service runs the newest program')];
    return [
      fault(
        'database',
        messageOf(error),
        'stop the controller, keep a copy of the file, and restore the last backup (billing-codes restore)',
      ),
    ];
  }
}

async function codes(store: LocalStore, isCopy: boolean): Promise<Finding[]> {
  if ((await store.listAccounts({ limit: 1 })).length > 0) return [ok('codes', 'there are billing codes')];
  return [
    fault(
      'codes',
      'there is no billing code',
      isCopy
        ? 'does the copy from SQL Server come (billing-codes sqlserver status)?'
        : 'billing-codes accounts add, or accounts import',
    ),
  ];
}

async function calls(store: LocalStore, examined: StoreExamined): Promise<Finding[]> {
  const records = await store.listCallRecords({ limit: looked });
  return [
    clock(records[0]?.startedAtMs ?? 0, examined.nowMs),
    ...(await cdrsOf(records, examined)),
    ...habits(records),
  ];
}

/** A controller's clock and the doctor's are one. */
const clockToleranceMs = 5_000;

function clock(lastMs: number, nowMs: number): Finding {
  if (lastMs <= nowMs + clockToleranceMs) return ok('clock', 'no call began in the future');
  return fault(
    'clock',
    `the last call began ${Math.round((lastMs - nowMs) / 1000)} s in the future: the clock of this machine was set back`,
    'let a time server keep the clock (timedatectl); calls until then have times that cannot be put in order',
  );
}

/** A CDR has come by then; of calls before that, retention may have taken it away. */
const cdrMs = { youngest: 120_000, oldest: 86_400_000 };
const cdrCalls = 10;

/** Whether the last calls of this controller have left CDRs in the folder. */
async function cdrsOf(records: readonly CallRecord[], { config, nowMs }: StoreExamined): Promise<Finding[]> {
  const { dir } = config.cdr;
  if (dir === '') return [];
  const ended = records
    .filter(({ controller, switchName }) => controller === config.controller.name && switchName !== simulatorName)
    .filter(({ startedAtMs }) => startedAtMs > nowMs - cdrMs.oldest)
    .filter(({ endedAtMs }) => endedAtMs !== null && endedAtMs < nowMs - cdrMs.youngest)
    .slice(0, cdrCalls);
  if (ended.length === 0) return [];
  const legs = await findCdrs(
    dir,
    ended.map(({ callId }) => callId),
    nowMs,
  );
  if (legs.length > 0) return [ok('cdr-arrival', `CDRs of the last calls are in ${dir}`)];
  return [
    fault(
      'cdr-arrival',
      `of the last ${ended.length} calls, FreeSWITCH has written no CDR to ${dir} (cdr.dir)`,
      "is it billing_cdr_dir, and may FreeSWITCH write there? Then fs_cli -x 'reload mod_json_cdr', which reads its settings when it is loaded",
    ),
  ];
}

function habits(records: readonly CallRecord[]): Finding[] {
  if (records.length < enough) return [ok('calls', `${records.length} calls so far: too few to judge by`)];
  const share = (count: number): boolean => count > records.length / 2;
  const unknown = records.filter(({ extensionId, extension }) => extensionId === null && !/^\d{1,6}$/.test(extension));
  const silent = records.filter(({ outcome, reason }) => outcome === 'abandoned' && reason === 'no-digits');
  const guessed = records.filter(({ estimated }) => estimated);
  return allOf(
    'calls',
    [
      ...(share(unknown.length)
        ? [
            warning(
              'caller-numbers',
              `${unknown.length} of the last ${records.length} calls came from no extension, such as "${unknown[0]?.extension ?? ''}"`,
              'in 3CX, set From: user part of the trunk to OriginatorCallerID (freeswitch-conf/README.md, On 3CX)',
            ),
          ]
        : []),
      ...(share(silent.length)
        ? [
            warning(
              'dtmf',
              `of the last ${records.length} calls, ${silent.length} keyed nothing`,
              'set the phones and the trunk of 3CX to RFC 2833 (freeswitch-conf/README.md, DTMF)',
            ),
          ]
        : []),
      ...(guessed.length > 0
        ? [
            warning(
              'estimates',
              `${guessed.length} of the last ${records.length} calls are billed by a guess`,
              'see that CDRs reach the controller (cdr.dir, billing_cdr_url)',
            ),
          ]
        : []),
    ],
    `the last ${records.length} calls look right`,
  );
}
