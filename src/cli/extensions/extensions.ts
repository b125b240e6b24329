import { extensionFields } from '../../words/directory.ts';
import { directoryContext } from '../directory/context.ts';
import { columnsHelp, fieldsHelp } from '../directory/flags.ts';
import { storeCommand } from '../store-command.ts';
import { add, change, importFile, list, remove, show } from './commands.ts';

const help = `Usage: billing-codes extensions COMMAND …

  add --number NUMBER [fields]               a new extension
  change NUMBER [fields]                     changes only the fields given; an empty text clears one
  remove NUMBER                              forgets its name, department and limits; its call records stay
  show NUMBER [--json]
  list [--search TEXT] [--department NAME] [--json]
  import FILE.csv [--dry-run]                all or nothing: adds new numbers, changes known ones

A phone needs no entry here to make calls: an entry gives it a name in reports, a department for calls whose account has none, and
limits that count on top of those of the account. To bar a phone: --allowed-call-types emergency.

Fields:
${fieldsHelp(extensionFields)}

CSV files have a header row with some of these columns, number at least, in any order:
${columnsHelp(extensionFields)}
Lists go in quotes ("1900, 1876") or are separated by spaces. A column that the file does not have keeps what an extension has.

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
  ]),
  contextOf: directoryContext,
});
