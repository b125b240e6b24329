import { questionKinds } from '../../rating/tariff/review/questions.ts';
import { plainReview } from '../../rating/tariff/review/review.ts';
import { fileOptionsHelp } from '../../directory/rates/file-options.ts';
import { rateTableSettings, settingFields } from '../../rating/rate-table-settings.ts';

/** A line for each setting of a table. */
const settingsHelp = settingFields
  .map((field) => rateTableSettings[field])
  .map(({ name, example, help }) => `      ${`--${name} ${example}`.padEnd(24)} ${help}`.trimEnd())
  .join('\n');

export const ratesHelp = `Usage: billing-codes rates COMMAND …

  import FILE [--table NAME] [--dry-run]      replace the table's rates with the file's, all or nothing
      --from DATE              only from this day on; until then the present rates apply
      --amend                  the file has only what changes: other rates stay
      --confirm LIST           answers what an import asks about what is unlikely: ${questionKinds.join(', ')}
      --may-remove PERCENT     of the present codes, without a question; ${plainReview.maximumRemovedPercent} without this option
      --peak "Mon-Fri 08:00-18:00"  when peak is, for a file with peak and off-peak prices, at the site
      --mapping NAME           read the file as it was saved for this carrier
      --save-mapping NAME      save the options below for this carrier
${fileOptionsHelp}
  export [--table NAME] [--version N]         write the table to standard output, as CSV
  history [--table NAME] [--json]             list the versions of a table: every import makes one
  restore VERSION [--table NAME] [--dry-run]  go back to a version: its rates are those in force again
  tables [--json]                             list the rate tables
  set NAME [settings]                         create or change a table
${settingsHelp}
      --default                for calls whose account and department have no table
  assign NAME --account CODE | --department NAME
  unassign --account CODE | --department NAME
  explain NUMBER [--seconds N] [--account CODE] [--from NUMBER] [--at DATE] [--json]
                                              show which rate applies, why, and what a call costs
  rerate --since DATE --until DATE [--dry-run]
                                              price the calls of a period again, by the present rates
  undo ID                                     restore the prices that calls had before a re-rating
  reratings [--json]                          list the re-ratings

Without --table, commands use the default table, which the first import creates. Dates are written 2026-01-31 or
2026-01-31T08:00+02:00; a date alone means its midnight, at the site (site.timeZone) unless an offset is given. In a file, an end date
without a time includes that day.

The usual names of columns are recognized, wherever the table begins: prefix (code, dial code, NPANXX; or country code and area
code), destination (description, country, network), price (rate, price per minute), connect fee (setup fee), increments (60/60; or
first and next increment), minimum charge, currency, valid from (effective date), valid until (end date). One field may contain
several prefixes: "4420, 4421", 7701-7709. What can be read in two ways is refused, with both readings and the option that decides.

Exit codes: 0 success, 1 not found or no rate, 2 wrong usage or input; nothing was changed.
`;
