import { ratesContext } from './rates-context.ts';
import { explain } from './rates-explain.ts';
import { exportTable, importFile } from './rates-files.ts';
import { ratesHelp } from './rates-help.ts';
import { listReratings, rerate, undo } from './rates-rerate.ts';
import { assign, listTables, setTable } from './rates-tables.ts';
import { storeCommand } from './store-command.ts';

/** `billing-codes rates …`; exit code 1 also where no rate is found. */
export const { command: ratesCommand, run } = storeCommand({
  name: 'rates',
  help: ratesHelp,
  subcommands: new Map([
    ['import', importFile],
    ['export', exportTable],
    ['tables', listTables],
    ['set', setTable],
    ['assign', (args, context) => assign(args, context, true)],
    ['unassign', (args, context) => assign(args, context, false)],
    ['explain', explain],
    ['rerate', rerate],
    ['undo', undo],
    ['reratings', listReratings],
  ]),
  contextOf: ratesContext,
});
