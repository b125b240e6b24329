import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { retentionPeriods } from '../../words/retention.ts';
import type { RetentionPlan } from './round.ts';

export function retentionPlan({ retention, cdr, backup, data, controller }: Config): RetentionPlan {
  return {
    ...retentionPeriods(retention),
    ...{ hiddenDigits: retention.hiddenDigits, cdrDir: cdr.dir, controller: controller.name },
    backupDir: backup.dir === '' ? join(data.dir, 'backups') : backup.dir,
  };
}

export const tidiesAnything = ({
  numbersDays,
  digitsDays,
  recordsDays,
  cdrDays,
  backupsDays,
}: RetentionPlan): boolean => [numbersDays, digitsDays, recordsDays, cdrDays, backupsDays].some((days) => days > 0);
