import { extensionFields } from '../../words/directory.ts';
import { directoryContext } from '../directory/context.ts';
import { columnsHelp, fieldsHelp } from '../directory/flags.ts';
import { storeCommand } from '../store-command.ts';
import { add, change, exportFile, importFile, list, remove, show } from './commands.ts';

const help = `Usage: billing-codes extensions COMMAND …

  add --number NUMBER [fields]               creates an extension
  change NUMBER [fields]                     changes only the given fields; an empty text clears a field
  remove NUMBER                              deletes its name, department and limits; its call records stay
  show NUMBER [--json]
  list [--search TEXT] [--department NAME] [--json]
  import FILE [--dry-run]                    all or nothing: adds new numbers, changes known ones
  export [--output FILE.csv]                 all extensions, as import takes them again

A phone needs no entry here to make calls. An entry gives it a name in reports, a department for calls whose account has none, and
limits that apply in addition to the account's. To bar a phone: --allowed-call-types emergency.

Fields:
${fieldsHelp(extensionFields)}

CSV files and workbooks (.xlsx) have a header row with number and any others of these columns, in any order:
${columnsHelp(extensionFields)}
Quote lists ("1900, 1876") or separate their items by spaces. A column that is not in the file leaves that field unchanged.

Exit codes: 0 done, 1 no such extension or department, 2 wrong usage or input and nothing changed.
`;

/** `billing-codes extensions …`. */
export const { command: extensionsCommand, run } = storeCommand({
  name: 'extensions',
  help,
  subcommands: new Map([
    ['add', add],
    ['change', change],
    ['remove', remove],
    ['show', show],
    ['list', list],
    ['import', importFile],
    ['export', exportFile],
  ]),
  contextOf: directoryContext,
});
