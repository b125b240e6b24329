import { existsSync } from 'node:fs';
import { messageOf } from '../../words/thrown.ts';
import { examineBackup } from '../../store/sqlite/backup.ts';
import { knownVersion } from '../../store/sqlite/migrate.ts';
import { openLocalStore, type LocalStore } from '../../store/sqlite/store.ts';
import { allOf, fault, ok, warning, type Finding } from './finding.ts';

/** So many of the last calls are looked at. */
const looked = 100;
const enough = 10;

/** The local database, and what the last calls say of 3CX and its phones. */
export async function examineStore(file: string, isCopy: boolean): Promise<Finding[]> {
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
        ...(await codes(store, isCopy)),
        ...(await calls(store)),
      ];
    } finally {
      await store.close();
    }
  } catch (error) {
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

async function calls(store: LocalStore): Promise<Finding[]> {
  const records = await store.listCallRecords({ limit: looked });
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
