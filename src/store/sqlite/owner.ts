import { chownSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.ts';

export type Owner = Pick<Stats, 'uid' | 'gid'>;

/** What root has made and a controller of another user has to open is that user's. Whoever is not root owns it in any case. */
export function giveTo({ uid, gid }: Owner, made: string): void {
  if (process.getuid?.() === 0) chownSync(made, uid, gid);
}

/** As above, to whoever the folder belongs to that it is in. */
export const giveToFolder = (made: string): void => giveTo(statSync(dirname(made)), made);

/** Makes a folder, and those on the way to it, for this owner alone, where they are not there. */
export function makeFolderFor(owner: Owner, folder: string): void {
  const first = makeFolder(folder, 0o700);
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) giveTo(owner, made);
}
