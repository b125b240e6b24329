import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCodeOf } from '../../words/thrown.ts';

/**
 * Makes a folder, and those on the way to it, where they are not there; answers the first that was made. Where a disk is read-only or full, Node
 * says of several at once that there is no such file (node::fs::MKDirpSync): the first of them alone tells what is wrong.
 */
export function makeFolder(folder: string, mode?: number): string | undefined {
  try {
    return mkdirSync(folder, { recursive: true, ...(mode === undefined ? {} : { mode }) });
  } catch (error) {
    if (errorCodeOf(error) !== 'ENOENT') throw error;
    let missing = folder;
    while (!existsSync(dirname(missing)) && dirname(missing) !== missing) missing = dirname(missing);
    mkdirSync(missing, mode);
    throw error;
  }
}
