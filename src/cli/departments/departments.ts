import { departmentFields } from '../../words/directory.ts';
import { directoryContext } from '../directory/context.ts';
import { columnsHelp, fieldsHelp } from '../directory/flags.ts';
import { flaggedOf } from '../directory/named.ts';
import { storeCommand } from '../store-command.ts';
import { departmentCommands } from './commands.ts';

const help = `Usage: billing-codes departments COMMAND …

  add NAME [FLAGS]
  change NAME FLAGS                          an empty text clears
  rename NAME NEW-NAME                       accounts, extensions and reports follow
  remove NAME                                refused while an account or extension is in it
  list [--json]                              with the number of accounts and extensions in each, and what cannot be read
  show NAME [--json]                         one of them
  import FILE [--dry-run]                    all or nothing; adds missing departments, changes what is given of others
  export [--output FILE.csv]                 all departments, as import takes them again

${fieldsHelp(flaggedOf(departmentFields))}

Limits are of all calls that are charged to the department together (docs/limits.md). Columns of CSV files, of which only the name is needed:
${columnsHelp(departmentFields)}

Names are matched regardless of case. Putting an account or extension into a department that does not exist creates it. Calls that
were charged to a removed department stay, and reports show no department for them.

Exit codes: 0 done, 1 no such department, 2 wrong usage or input, or still in use, and nothing changed.
`;

/** `billing-codes departments …`. */
export const { command: departmentsCommand, run } = storeCommand({
  name: 'departments',
  help,
  subcommands: departmentCommands,
  contextOf: directoryContext,
});
