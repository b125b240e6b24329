import { rateTableSettings, settingFields } from '../../rating/rate-table-settings.ts';

/** A line for each setting of a table. */
const settingsHelp = settingFields
  .map((field) => rateTableSettings[field])
  .map(({ name, example, help }) => `      ${`--${name} ${example}`.padEnd(24)} ${help}`.trimEnd())
  .join('\n');

export const ratesHelp = `Usage: billing-codes rates COMMAND …

  import FILE.csv [--table NAME] [--dry-run]  replace the table's rates with the file's, all or nothing
      --from DATE              only from this day on; until then the present rates apply
      --currency CODE          for a new table, if the file has no currency; e.g. USD
      --increments 60/60       first and next increment in seconds, if the file has none
      --decimal-comma          the file writes 0,12, not 0.12
      --ignore COLUMN          ignore this column of the file; may be repeated
  export [--table NAME]                       write the table to standard output, as CSV
  tables [--json]                             list the rate tables
  set NAME [settings]                         create or change a table
${settingsHelp}
      --default                for calls whose account and department have no table
  assign NAME --account CODE | --department NAME
  unassign --account CODE | --department NAME
  explain NUMBER [--seconds N] [--account CODE] [--at DATE] [--json]
                                              show which rate applies, why, and what a call costs
  rerate --since DATE --until DATE [--dry-run]
                                              price the calls of a period again, by the present rates
  undo ID                                     restore the prices that calls had before a re-rating
  reratings [--json]                          list the re-ratings

Without --table, commands use the default table, which the first import creates. Dates are written 2026-01-31 or
2026-01-31T08:00+02:00; a date alone means its midnight, and times are UTC unless an offset is given. In a file, an end date
without a time includes that day.

CSV files need a header row; the usual names of columns are recognized: prefix (code, dial code; or country code and area
code), destination (description, country), price (rate, price per minute), connect fee (setup fee), increments (60/60; or
first and next increment), minimum charge, currency, valid from (effective date), valid until (end date). One field may contain
several prefixes: "4420, 4421".

Exit codes: 0 success, 1 not found or no rate, 2 wrong usage or input; nothing was changed.
`;
