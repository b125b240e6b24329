import { rateTableSettings, settingFields } from '../../rating/rate-table-settings.ts';

/** A line for each setting of a table. */
const settingsHelp = settingFields
  .map((field) => rateTableSettings[field])
  .map(({ name, example, help }) => `      ${`--${name} ${example}`.padEnd(24)} ${help}`.trimEnd())
  .join('\n');

export const ratesHelp = `Usage: billing-codes rates COMMAND …

  import FILE.csv [--table NAME] [--dry-run]  all or nothing: the file becomes the whole table
      --from DATE              … from this day on; until then the present rates count
      --currency CODE          of a new table, where the file does not say; e.g. USD
      --increments 60/60       first and next increment in seconds, where the file has none
      --decimal-comma          the file writes 0,12 and not 0.12
      --ignore COLUMN          the file has this column, and it does not matter; may be repeated
  export [--table NAME]                       the table as CSV, on standard output
  tables [--json]                             what tables there are
  set NAME [settings]                         makes or changes a table
${settingsHelp}
      --default                for every call that has no table of its own
  assign NAME --account CODE | --department NAME
  unassign --account CODE | --department NAME
  explain NUMBER [--seconds N] [--account CODE] [--at DATE] [--json]
                                              which rate, why that one, and what a call costs
  rerate --since DATE --until DATE [--dry-run]
                                              prices the calls of a period by the rates as they are now
  undo ID                                     gives calls the price back that they had before a re-rating
  reratings [--json]                          what was re-rated

Without --table the default table is meant; the first import makes it. Dates are 2026-01-31 or 2026-01-31T08:00+02:00, a date
alone is its midnight, and UTC unless it says otherwise. In a file, a day alone as the end is meant whole.

CSV files have a header row; the common names of columns are understood: prefix (code, dial code; or country code and area
code), destination (description, country), price (rate, price per minute), connect fee (setup fee), increments (60/60; or
first and next increment), minimum charge, currency, valid from (effective date), valid until (end date). One field may hold
several prefixes: "4420, 4421".

Exit codes: 0 done, 1 no such thing or no rate, 2 wrong usage or input and nothing changed.
`;
