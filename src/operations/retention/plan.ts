import type { Config } from '../../config/schema.ts';
import { retentionPeriods } from '../../words/retention.ts';
import { backupFolder } from '../backup/folder.ts';
import type { RetentionPlan } from './round.ts';

export function retentionPlan(config: Config): RetentionPlan {
  const { retention, cdr, controller } = config;
  return {
    ...retentionPeriods(retention),
    ...{ hiddenDigits: retention.hiddenDigits, cdrDir: cdr.dir, controller: controller.name },
    backupDir: backupFolder(config),
  };
}

export const tidiesAnything = ({
  numbersDays,
  digitsDays,
  recordsDays,
  cdrDays,
  backupsDays,
}: RetentionPlan): boolean => [numbersDays, digitsDays, recordsDays, cdrDays, backupsDays].some((days) => days > 0);
