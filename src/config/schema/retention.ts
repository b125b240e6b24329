import { retentionCountries } from '../../words/retention.ts';
import { integer, oneOf, type Format } from '../format.ts';
import { setting } from '../setting.ts';

const byCountry = -1;
const shortestRecordDays = 62;

const days = (minimum: number): Format<number> => {
  const range = integer(byCountry, 36_525);
  const accepts = (value: unknown): value is number =>
    range.accepts(value) && (value === byCountry || value === 0 || value >= minimum);
  return {
    expects: `${byCountry}, 0, or a whole number from ${minimum} to 36525`,
    parse: (text) => {
      const value = range.parse(text);
      return value !== null && accepts(value) ? value : null;
    },
    accepts,
  };
};

const rest = '; 0 for ever, -1 as retention.country says';

export const retention = {
  country: setting(
    'Country whose usual periods apply where none is set (docs/privacy.md); empty to keep everything',
    oneOf('', ...retentionCountries),
    '',
  ),
  numbersDays: setting(`Days after which numbers in call records lose their last digits${rest}`, days(1), byCountry),
  hiddenDigits: setting('How many digits they lose', integer(1, 6), 4),
  digitsDays: setting(`Days after which call records lose the code that was keyed${rest}`, days(1), byCountry),
  recordsDays: setting(`Days after which call records are removed${rest}`, days(shortestRecordDays), byCountry),
  cdrDays: setting(`Days after which CDR files that were taken or quarantined are removed${rest}`, days(1), byCountry),
  backupsDays: setting(
    `Days after which backups in backup.dir are removed, but for the newest${rest}`,
    days(1),
    byCountry,
  ),
};
