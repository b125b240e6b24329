import { accountFields } from '../../words/directory.ts';
import { columnsHelp, fieldsHelp } from '../directory/flags.ts';

export const accountsHelp = `Usage: billing-codes accounts COMMAND …

  add --code DIGITS --name NAME [fields]     creates an account
  add --generate [--digits N] --name NAME …  makes a random code that is hard to guess, and shows it (docs/codes.md)
  audit [--json] [--show-codes] [--digits N] names codes that are easily guessed
  change CODE [fields]                       changes only the given fields; an empty text clears a field
  enable CODE | disable CODE                 takes effect with the next code keyed
  show CODE [--json] [--show-codes]
  list [--search TEXT] [--enabled | --disabled] [--limit N] [--json] [--show-codes]
  import FILE [--dry-run]                    all or nothing: adds new codes, changes known ones
  export --show-codes [--output FILE.csv]    all accounts, as import takes them again

Fields:
${fieldsHelp(accountFields)}

CSV files and workbooks (.xlsx) have a header row with code, name and any others of these columns, in any order:
${columnsHelp(accountFields)}
Quote lists ("1900, 1876") or separate their items by spaces. A column that is not in the file leaves that field of an
account unchanged. Codes are secrets: they are shown in full only with --show-codes.

Exit codes: 0 done, 1 no such account, or weak codes were found, 2 wrong usage or input and nothing changed.
`;
