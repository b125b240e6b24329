import { ratesContext } from './context.ts';
import { explain } from './explain.ts';
import { exportTable } from './export.ts';
import { listHistory, restore } from './history.ts';
import { importFile } from './import.ts';
import { ratesHelp } from './help.ts';
import { listReratings, rerate, undo } from './rerate.ts';
import { assign, listTables, setTable } from './tables.ts';
import { storeCommand } from '../store-command.ts';

/** `billing-codes rates …`; exit code 1 also where no rate is found. */
export const { command: ratesCommand, run } = storeCommand({
  name: 'rates',
  help: ratesHelp,
  subcommands: new Map([
    ['import', importFile],
    ['export', exportTable],
    ['history', listHistory],
    ['restore', restore],
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
