import { add, change, exportFile, importFile, list, remove, rename, show } from './commands.ts';
import { directoryContext } from '../directory/context.ts';
import { storeCommand } from '../store-command.ts';

const help = `Usage: billing-codes departments COMMAND …

  add NAME [--caller-number NUMBER]          the number shown to the called party unless the phone or account has one
  change NAME --caller-number NUMBER         an empty text clears the number
  rename NAME NEW-NAME                       accounts, extensions and reports follow
  remove NAME                                refused while an account or extension is in it
  list [--json]                              with the number of accounts and extensions in each, and what cannot be read
  show NAME [--json]                         one of them
  import FILE [--dry-run]                    all or nothing: columns name and, optionally, caller number; adds missing
                                             departments, changes the number of others
  export [--output FILE.csv]                 all departments, as import takes them again

Names are matched regardless of case. Putting an account or extension into a department that does not exist creates it. Calls that
were charged to a removed department stay, and reports show no department for them.

Exit codes: 0 done, 1 no such department, 2 wrong usage or input, or still in use, and nothing changed.
`;

/** `billing-codes departments …`. */
export const { command: departmentsCommand, run } = storeCommand({
  name: 'departments',
  help,
  subcommands: new Map([
    ['add', add],
    ['change', change],
    ['rename', rename],
    ['remove', remove],
    ['list', list],
    ['show', show],
    ['import', importFile],
    ['export', exportFile],
  ]),
  contextOf: directoryContext,
});
