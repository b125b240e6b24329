import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../words/thrown.ts';
import { badFolder, doneFolder } from './folder.ts';
import { listFolder } from './spool-files.ts';

/** What keeps CDRs in the folder, in one line that says what to do. */
export const unreadableText = (folder: string, why: string): string =>
  `the CDR folder ${folder} (cdr.dir) cannot be read (${why}): let the user that runs the controller and that of FreeSWITCH read and write it`;

/** What keeps that which was taken from being moved away; null: nothing, as far as can be seen. */
export async function unmovable(folder: string): Promise<string | null> {
  for (const place of [folder, join(folder, doneFolder), join(folder, badFolder)]) {
    try {
      await access(place, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      // The whole of it may have gone away since it was read: that is said then, once, in the words of the next reading.
      const gone = await listFolder(folder).then(() => null, messageOf);
      return gone === null ? unwritableText(folder, messageOf(error)) : unreadableText(folder, gone);
    }
  }
  return null;
}

const unwritableText = (folder: string, why: string): string =>
  `the CDR folder ${folder} (cdr.dir) cannot be written (${why}): what is taken from it stays there and is taken again after a restart; ` +
  'let the user that runs the controller write there, and in done and quarantine below it (a common group with FreeSWITCH, mode 2770)';

export const stuckText = (folder: string, count: number, why: string): string =>
  `${count} ${count === 1 ? 'CDR' : 'CDRs'} in ${folder} (cdr.dir) cannot be taken or moved (${why}): ` +
  'let the user that runs the controller write there, and in done and quarantine below it, and take the sticky bit (mode 1777) from them';
