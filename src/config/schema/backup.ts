import { integer } from '../format.ts';
import { setting } from '../setting.ts';
import { anyText } from './formats.ts';

export const backup = {
  dir: setting(
    'Folder for backups of the local database, best on another disk; empty to take none but by "billing-codes backup"',
    anyText,
    '',
  ),
  everyHours: setting('How often to take one', integer(1, 720), 24),
  keep: setting('How many to keep; the oldest beyond that are removed', integer(1, 10_000), 14),
};
