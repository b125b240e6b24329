import { add, change, importFile, list, remove, rename } from './commands.ts';
import { directoryContext } from '../directory/context.ts';
import { storeCommand } from '../store-command.ts';

const help = `Usage: billing-codes departments COMMAND …

  add NAME [--caller-number NUMBER]          the number is shown to who is called, unless phone or account have one
  change NAME --caller-number NUMBER         an empty text clears it
  rename NAME NEW-NAME                       accounts, extensions and reports follow
  remove NAME                                refused while an account or extension is in it
  list [--json]                              with how many accounts and extensions are in each
  import FILE.csv [--dry-run]                all or nothing: columns name and, where wanted, caller number; adds those that are
                                             missing, changes the number of others

Names count in any case. A department is also made when an account or an extension is put into one that is missing. Calls that
were charged to a department that is removed stay, and reports show no department for them.

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
    ['import', importFile],
  ]),
  contextOf: directoryContext,
});
