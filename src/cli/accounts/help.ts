import { accountFields } from '../../words/directory.ts';
import { columnsHelp, fieldsHelp } from '../directory/flags.ts';

export const accountsHelp = `Usage: billing-codes accounts COMMAND …

  add --code DIGITS --name NAME [fields]     a new account
  change CODE [fields]                       changes only the fields given; an empty text clears one
  enable CODE | disable CODE                 takes effect with the next code keyed
  show CODE [--json] [--show-codes]
  list [--search TEXT] [--enabled | --disabled] [--limit N] [--json] [--show-codes]
  import FILE.csv [--dry-run]                all or nothing: adds new codes, changes known ones

Fields:
${fieldsHelp(accountFields)}

CSV files have a header row with some of these columns, code and name at least, in any order:
${columnsHelp(accountFields)}
Lists go in quotes ("1900, 1876") or are separated by spaces. A column that the file does not have keeps what an account
has. Codes are secrets: they are shown in full only with --show-codes.

Exit codes: 0 done, 1 no such account, 2 wrong usage or input and nothing changed.
`;
