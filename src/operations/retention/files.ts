import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { badFolder, doneFolder } from '../../freeswitch/cdr/folder.ts';
import { errorCodeOf } from '../../words/thrown.ts';
import { listBackups } from '../backup/names.ts';

/** Where the CDR files lie that nobody waits for any more. */
const settledFolders = (cdrDir: string): string[] => [doneFolder, badFolder].map((folder) => join(cdrDir, folder));

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Removes CDR files that were written before this moment. Answers how many. */
export async function removeOldCdrs(cdrDir: string, beforeMs: number): Promise<number> {
  let removed = 0;
  for (const folder of settledFolders(cdrDir)) {
    for (const name of await namesIn(folder)) {
      const path = join(folder, name);
      const found = await stat(path).catch(() => null);
      if (found === null || !found.isFile() || found.mtimeMs >= beforeMs) continue;
      await rm(path, { force: true });
      removed += 1;
    }
  }
  return removed;
}

/** Removes the CDR files of these legs, which carry their ids in their names. Answers how many. */
export async function removeCdrsOf(cdrDir: string, legIds: ReadonlySet<string>): Promise<number> {
  let removed = 0;
  for (const folder of settledFolders(cdrDir)) {
    for (const name of await namesIn(folder)) {
      const legId = /^(?:a_)?([\w-]+?)(?:~\d+)?\./.exec(name)?.[1];
      if (legId === undefined || !legIds.has(legId)) continue;
      await rm(join(folder, name), { force: true });
      removed += 1;
    }
  }
  return removed;
}

/** Removes backups of this controller that were taken before this moment; the newest stays. Answers how many. */
export async function removeOldBackups(folder: string, controller: string, beforeMs: number): Promise<number> {
  const old = listBackups(folder, controller)
    .slice(1)
    .filter(({ takenAtMs }) => takenAtMs < beforeMs);
  for (const { file } of old) await rm(file, { force: true });
  return old.length;
}
