import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { backUp, type BackupContents } from '../../store/sqlite/backup.ts';
import { makeFolderFor } from '../../store/sqlite/owner.ts';
import { backupName, listBackups } from './names.ts';

export type BackupPlan = {
  /** The local file. */
  file: string;
  /** Where backups are kept. */
  folder: string;
  /** Name of the controller. */
  controller: string;
  /** How many are kept. */
  keep: number;
};

export type TakenBackup = BackupContents & {
  file: string;
  takenAtMs: number;
  /** Older ones that were removed. */
  removed: string[];
};

/** Takes a backup with a name of its own, and then removes the oldest beyond `keep`. Rejects with one line, and nothing was removed. */
export async function takeBackup({ file, folder, controller, keep }: BackupPlan, nowMs: number): Promise<TakenBackup> {
  if (existsSync(file)) makeFolderFor(statSync(file), folder);
  const to = join(folder, backupName(controller, nowMs));
  const contents = await backUp(file, to);
  const tooMany = listBackups(folder, controller)
    .slice(keep)
    .map((old) => old.file)
    // Where the clock was set back, the newest by name is not the newest.
    .filter((old) => old !== to);
  for (const old of tooMany) rmSync(old, { force: true });
  return { ...contents, file: to, takenAtMs: nowMs, removed: tooMany };
}
