import { add, change, importFile, list, setEnabled, show } from './account-commands.ts';
import { accountsHelp } from './account-help.ts';
import { directoryCommand } from './directory-command.ts';

/** `billing-codes accounts …`. */
export const { command: accountsCommand, run } = directoryCommand(
  'accounts',
  accountsHelp,
  new Map([
    ['add', add],
    ['change', change],
    ['enable', (args, context) => setEnabled(args, context, true)],
    ['disable', (args, context) => setEnabled(args, context, false)],
    ['show', show],
    ['list', list],
    ['import', importFile],
  ]),
);
