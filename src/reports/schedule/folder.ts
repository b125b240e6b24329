import { lstat, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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

const attachmentsOf = (processId: number | string): string => `billing-codes-report-${processId}-`;

/** A folder of this run's own for what is attached to mails. */
export const makeAttachments = (): Promise<string> => mkdtemp(join(tmpdir(), attachmentsOf(process.pid)));

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return errorCodeOf(error) === 'EPERM';
  }
}

/** Removes statements that runs left behind when they were killed. For a process that has made none yet. */
export async function removeLeftAttachments(): Promise<void> {
  const name = new RegExp(`^${attachmentsOf('(\\d+)')}`);
  for (const entry of await readdir(tmpdir())) {
    const processId = Number(name.exec(entry)?.[1] ?? Number.NaN);
    if (Number.isNaN(processId) || (processId !== process.pid && isRunning(processId))) continue;
    // Somebody else's, perhaps.
    await rm(join(tmpdir(), entry), { recursive: true, force: true }).catch(() => undefined);
  }
}
