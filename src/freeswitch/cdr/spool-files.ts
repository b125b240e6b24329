import { constants } from 'node:fs';
import { copyFile, link, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { visibleText } from '../../words/clean-text.ts';
import { errorCodeOf } from '../../words/thrown.ts';

/** A file in the spool folder that may be a CDR. */
export type SpoolFile = {
  /** For people, and what it is called once it is moved: what a terminal would take for more than text is `_`. */
  name: string;
  /** As bytes: a name need not be text. */
  path: Buffer;
  /** Tells it from others in the folder. */
  key: string;
};

/** `others`: names for people of what is called as a CDR and is no file: a folder, a link, a pipe. */
export async function listFolder(folder: string): Promise<{ files: SpoolFile[]; others: string[] }> {
  const entries = await readdir(Buffer.from(folder), { withFileTypes: true, encoding: 'buffer' });
  const named = entries.filter(({ name }) => name.toString('latin1').endsWith('.json'));
  const files = named
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({
      name: cleanName(name),
      path: Buffer.concat([Buffer.from(join(folder, sep)), name]),
      key: name.toString('latin1'),
    }));
  return { files, others: named.filter((entry) => !entry.isFile()).map(({ name }) => cleanName(name)) };
}

export const listFiles = async (folder: string): Promise<SpoolFile[]> => (await listFolder(folder)).files;

/** File systems end at 255 bytes; what is added to it must fit, too. */
const maximumBytes = 200;

/** Ends as the file's own name does. */
function cleanName(name: Buffer): string {
  const text = visibleText(name.toString('utf8')).replaceAll('\ufffd', '_');
  const cut = Buffer.from(text).subarray(-maximumBytes).toString('utf8');
  return cut.replace(/^\ufffd+/, '');
}

/** How many files of one name there may be. */
const most = 10_000;

/**
 * Moves the file into the folder, under its name or, where another file has that, a numbered one: none is ever replaced. Answers
 * the name. A file that is there already, because the process died half-way, is left there.
 */
export async function moveInto(folder: string, { path, name }: SpoolFile, as = name): Promise<string> {
  for (let count = 1; count <= most; count += 1) {
    const candidate = numbered(as, count);
    const to = join(folder, candidate);
    try {
      await put(path, to);
      return candidate;
    } catch (error) {
      if (errorCodeOf(error) !== 'EEXIST') throw error;
      if (await isSame(path, to)) {
        await unlink(path);
        return candidate;
      }
    }
  }
  throw new Error(`${folder} has ${most} files named ${as}`);
}

const numbered = (name: string, count: number): string =>
  count === 1 ? name : name.replace(/^[^.]*/, (base) => `${base}~${count}`);

/** Rejects with EEXIST where there is one. */
async function put(path: Buffer, to: string): Promise<void> {
  try {
    // Unlike a rename, it never replaces.
    await link(path, to);
  } catch (error) {
    switch (errorCodeOf(error)) {
      case 'EXDEV':
        await copyFile(path, to, constants.COPYFILE_EXCL);
        break;
      // No hard links there, or none of another user's files (proc(5), fs.protected_hardlinks).
      case 'EPERM':
      case 'EACCES':
      case 'ENOSYS':
      case 'ENOTSUP':
      case 'EOPNOTSUPP':
      case 'EMLINK':
        if (await exists(to)) throw Object.assign(new Error(`${to} is there`, { cause: error }), { code: 'EEXIST' });
        await rename(path, to);
        return;
      default:
        throw error;
    }
  }
  await unlink(path);
}

async function isSame(path: Buffer, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([stat(path, { bigint: true }), stat(other, { bigint: true })]);
  return one.dev === two.dev && one.ino === two.ino;
}

export const exists = (path: string | Buffer): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
