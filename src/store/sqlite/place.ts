import { closeSync, fstat, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { errorCodeOf, messageOf } from '../../words/thrown.ts';

/** Where the file is that the store has open. */
export type Whereabouts =
  | { kind: 'there' }
  /** Nothing is at its place, and it has a name elsewhere: its folder, or one above, was moved. */
  | { kind: 'moved' }
  /** It, or its `-wal` with the latest commits, has no name any more: what is written is gone with this process. */
  | { kind: 'deleted' }
  /** Another file is at its place. `nameless`: and it has no other name. */
  | { kind: 'replaced'; nameless: boolean }
  | { kind: 'unknown'; why: string };

export type Place = {
  look(): Promise<Whereabouts>;
  /** After the store is closed. */
  close(): void;
};

type Inode = { dev: bigint; ino: bigint };

/**
 * Watches over the place of a file that a store has open. On Windows no one can take it away. The file is kept open here, so that
 * its inode is not given to another one; and until the store is closed, because a process that closes any descriptor of a file gives
 * up the locks that SQLite has on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
export async function watchPlace(file: string): Promise<Place> {
  const held = openSync(file, 'r');
  const main = await inodeOf(held);
  const log = await inodeAt(`${file}-wal`);
  return {
    look: async () => {
      try {
        return await whereabouts(file, { held, main, log });
      } catch (error) {
        return { kind: 'unknown', why: messageOf(error) };
      }
    },
    close: () => closeSync(held),
  };
}

async function whereabouts(
  file: string,
  { held, main, log }: { held: number; main: Inode; log: Inode | null },
): Promise<Whereabouts> {
  const found = await inodeAt(file);
  const { nlink } = await statOf(held, { bigint: true });
  if (found === null) return { kind: nlink === 0n ? 'deleted' : 'moved' };
  if (!same(found, main)) return { kind: 'replaced', nameless: nlink === 0n };
  return log === null || same(await inodeAt(`${file}-wal`), log) ? { kind: 'there' } : { kind: 'deleted' };
}

const same = (one: Inode | null, other: Inode): boolean => one?.dev === other.dev && one.ino === other.ino;

const statOf = promisify(fstat);

const inodeOf = async (descriptor: number): Promise<Inode> => statOf(descriptor, { bigint: true });

async function inodeAt(file: string): Promise<Inode | null> {
  try {
    return await stat(file, { bigint: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCodeOf(error))) return null;
    throw error;
  }
}
