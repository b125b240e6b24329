import { readdirSync, rmSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errorCodeOf } from '../../words/thrown.ts';

const isFolder = async (path: string): Promise<boolean> => (await stat(path)).isDirectory();

/** Neither there nor a link to what is not there. */
async function isMissing(path: string): Promise<boolean> {
  return lstat(path).then(
    () => false,
    (error: unknown) => {
      if (errorCodeOf(error) === 'ENOENT') return true;
      throw error;
    },
  );
}

/**
 * Makes a folder and those above it, for nobody but their owner. Node's own `recursive` tries for ever where a folder that is there says
 * that it is not, as /proc does, in a thread of libuv that nothing ends (measured: Node 24.21, `/proc/nope/y`).
 */
export async function makeFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let at = resolve(folder); await isMissing(at); at = dirname(at)) missing.unshift(at);
  for (const path of missing) {
    await mkdir(path, { mode: 0o700 }).catch(async (error: unknown) => {
      // Somebody else was quicker.
      if (errorCodeOf(error) !== 'EEXIST' || !(await isFolder(path))) throw error;
    });
  }
  if (!(await isFolder(folder))) throw new Error(`${folder} is not a folder`);
}

/** Who may read and write a file in it: whoever may do so with the folder, its owner in any case. */
export async function fileModeIn(folder: string): Promise<number> {
  return ((await stat(folder)).mode & 0o666) | 0o600;
}

const attachments = 'report-attachments-';

/** A folder for what is attached to mails, in the data folder: there one controller is alone, and nobody else reads it. */
export const makeAttachments = (dataFolder: string): Promise<string> => mkdtemp(join(dataFolder, attachments));

/** Removes what an earlier run left behind when it was killed. For a controller that has made none yet. What cannot be removed stays. */
export function removeLeftAttachments(dataFolder: string): void {
  try {
    for (const entry of readdirSync(dataFolder)) {
      if (entry.startsWith(attachments)) rmSync(join(dataFolder, entry), { recursive: true, force: true });
    }
  } catch {
    // It is tried again with the next start.
  }
}
