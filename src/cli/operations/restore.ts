import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { databaseFile } from '../../controller/database-file.ts';
import { stamp } from '../../operations/backup/names.ts';
import { makeFolder } from '../../store/sqlite/make-folder.ts';
import { restore } from '../../store/sqlite/restore.ts';
import { isConfigured } from '../../store/sqlserver/settings.ts';
import { onlyOne, print, printJson } from '../usage.ts';
import { operation } from './operation.ts';

const help = `billing-codes restore FILE [--json]

Puts a backup in the place of the local database. The controller must be stopped. The backup is copied and read as a whole first; the
database that was there stays beside it, as billing-codes-before-restore-….db.

Calls that ended after the backup was taken are in FreeSWITCH's CDR files: "billing-codes reconcile" lists those without a record.

Exit codes: 0 done, 1 not done and nothing was changed, 2 wrong usage.
`;

export const run = operation({
  ...{ name: 'restore', help },
  async work(args, config) {
    const { values, positionals } = parseArgs({
      ...{ args, allowPositionals: true },
      options: { json: { type: 'boolean', default: false } },
    });
    const backup = onlyOne(positionals, 'FILE');
    const file = databaseFile(config);
    const nowMs = Date.now();
    makeFolder(dirname(file));
    const restored = await restore({
      ...{ backup, file, keepAs: join(dirname(file), `billing-codes-before-restore-${stamp(nowMs)}.db`) },
      holder: `billing-codes restore, process ${process.pid} on ${hostname()}, since ${new Date(nowMs).toISOString()}`,
    });
    if (values.json) printJson(process.stdout, restored);
    else {
      print(
        process.stdout,
        `Restored ${restored.accounts} billing codes and ${restored.calls} call records to ${file}.`,
      );
      if (restored.kept !== null) print(process.stdout, `What was there is now ${restored.kept}.`);
      if (isConfigured(config.sqlserver)) {
        print(
          process.stdout,
          'SQL Server is the system of record: the controller brings this copy up to date when it starts.',
        );
      }
    }
    return 0;
  },
});
