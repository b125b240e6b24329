import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../../config/schema.ts';
import { databaseFile } from '../../controller/database-file.ts';
import { backupFolder } from '../../operations/backup/folder.ts';
import { listBackups } from '../../operations/backup/names.ts';
import { takeBackup } from '../../operations/backup/take.ts';
import { backUp, examineBackup, type BackupContents } from '../../store/sqlite/backup.ts';
import { tableLines } from '../table.ts';
import { print, printJson, UsageError } from '../usage.ts';
import { operation } from './operation.ts';

const help = `billing-codes backup [FILE] [--json]
billing-codes backup --list | --check FILE

Writes all that is in the local database to FILE, or to a new file in backup.dir (or else in the folder backups beside the database),
while calls go on. The file has its name once it is complete, durable, and has been read as a whole. Without FILE, the oldest beyond
backup.keep are then removed. "billing-codes restore FILE" puts one back; backup.dir has the controller take them by itself.

  --list     backups that are there, the newest first
  --check    reads FILE as a whole, and says what is in it
  --json     prints what was done as JSON

Exit codes: 0 done, 1 not done and nothing was changed, 2 wrong usage.
`;

const options = { list: { type: 'boolean' }, check: { type: 'string' }, json: { type: 'boolean' } } as const;

const momentText = (ms: number | null): string => (ms === null ? 'none' : new Date(ms).toISOString());

const contentLine = ({ bytes, accounts, calls, lastCallAtMs, schemaVersion }: BackupContents): string =>
  `${bytes} bytes, ${accounts} billing codes, ${calls} call records, the last of ${momentText(lastCallAtMs)}; schema version ${schemaVersion}`;

async function take(config: Config, file: string | null, asJson: boolean): Promise<void> {
  const database = databaseFile(config);
  if (!existsSync(database)) throw new UsageError(`there is no database ${database} (data.dir)`);
  if (file !== null && existsSync(file)) throw new UsageError(`${file} is there already, and no backup is overwritten`);
  const done =
    file === null
      ? await takeBackup(
          {
            file: database,
            folder: backupFolder(config),
            controller: config.controller.name,
            keep: config.backup.keep,
          },
          Date.now(),
        )
      : { ...(await backUp(database, file)), file: resolve(file), removed: [] };
  if (asJson) printJson(process.stdout, done);
  else {
    print(process.stdout, `${done.file}: ${contentLine(done)}.`);
    if (done.removed.length > 0) print(process.stdout, `Removed ${done.removed.length} older ones (backup.keep).`);
  }
}

function list(config: Config, asJson: boolean): void {
  const backups = listBackups(backupFolder(config), config.controller.name);
  if (asJson) printJson(process.stdout, backups);
  else if (backups.length === 0) print(process.stdout, `There is no backup in ${backupFolder(config)}.`);
  else {
    const rows = backups.map(({ file, bytes, takenAtMs }) => [momentText(takenAtMs), String(bytes), file]);
    print(process.stdout, tableLines([['taken', 'bytes', 'file'], ...rows]));
  }
}

function check(file: string, asJson: boolean): void {
  if (!existsSync(file)) throw new UsageError(`${file} is not there`);
  const contents = examineBackup(file);
  if (asJson) printJson(process.stdout, contents);
  else print(process.stdout, `${file} is sound: ${contentLine(contents)}.`);
}

export const run = operation({
  ...{ name: 'backup', help },
  async work(args, config) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [file = null, ...more] = positionals;
    const { list: lists = false, check: checks, json = false } = values;
    if (more.length > 0 || [file !== null, lists, checks !== undefined].filter(Boolean).length > 1) {
      throw new UsageError('takes one FILE, or --list, or --check FILE');
    }
    if (lists) list(config, json);
    else if (checks !== undefined) check(checks, json);
    else await take(config, file, json);
    return 0;
  },
});
