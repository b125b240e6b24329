import { add, change, exportFile, importFile, list, setEnabled, show } from './commands.ts';
import { audit } from './codes.ts';
import { accountsHelp } from './help.ts';
import { directoryContext } from '../directory/context.ts';
import { storeCommand } from '../store-command.ts';

/** `billing-codes accounts …`. */
export const { command: accountsCommand, run } = storeCommand({
  name: 'accounts',
  help: accountsHelp,
  subcommands: new Map([
    ['add', add],
    ['audit', audit],
    ['change', change],
    ['enable', (args, context) => setEnabled(args, context, true)],
    ['disable', (args, context) => setEnabled(args, context, false)],
    ['show', show],
    ['list', list],
    ['import', importFile],
    ['export', exportFile],
  ]),
  contextOf: directoryContext,
});
