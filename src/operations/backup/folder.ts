import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';

/** Where backups go that are not given a name. */
export const backupFolder = ({ backup, data }: Pick<Config, 'backup' | 'data'>): string =>
  backup.dir === '' ? join(data.dir, 'backups') : backup.dir;
