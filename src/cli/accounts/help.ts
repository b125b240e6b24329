import { accountFields } from './fields.ts';
import { restrictionHelp } from '../typed-fields.ts';

export const accountsHelp = `Usage: billing-codes accounts COMMAND …

  add --code DIGITS --name NAME [fields]     a new account
  change CODE [fields]                       changes only the fields given; an empty text clears one
  enable CODE | disable CODE                 takes effect with the next code keyed
  show CODE [--json] [--show-codes]
  list [--search TEXT] [--enabled | --disabled] [--limit N] [--json] [--show-codes]
  import FILE.csv [--dry-run]                all or nothing: adds new codes, changes known ones

Fields:
  --code DIGITS               the billing code, 1 to 20 digits
  --name NAME                 who pays
  --department NAME           made if there is none of this name
  --number NUMBER             number on file, "#" alone calls it; may be repeated
${restrictionHelp}
  --valid-from DATE           2026-01-31 or 2026-01-31T08:00+02:00; a date alone is its midnight, in UTC unless it
  --valid-until DATE          says otherwise (2026-01-31+02:00); from this moment on the code is refused
  --disabled                  known, but refused
  --caller-number NUMBER      shown to who is called, instead of those of phone, department and site (callerNumber.*)
  --anonymous YES-OR-NO       yes: who is called is shown no number, but on emergency calls

CSV files have a header row with some of these columns, code and name at least, in any order:
  ${accountFields.slice(0, 7).join(', ')},
  ${accountFields.slice(7, 11).join(', ')},
  ${accountFields.slice(11).join(', ')}
Lists go in quotes ("1900, 1876") or are separated by spaces. A column that the file does not have keeps what an account
has. Codes are secrets: they are shown in full only with --show-codes.

Exit codes: 0 done, 1 no such account, 2 wrong usage or input and nothing changed.
`;
