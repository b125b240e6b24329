import {
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { dirname as folderOf, join } from 'node:path/posix';
import { messageOf } from '../../words/thrown.ts';
import type { Change } from './change.ts';
import { withoutDrive } from './places.ts';
import { InstallProblem } from './problem.ts';
import type { Tree } from './tree.ts';

/** What was before, so that it can be put back, by this run or, where it is killed, by the next one. */
type Kept = { path: string; copy: string; mode: number } & Owner;
type Journal = { files: (Kept | { path: string; copy: null })[]; folders: string[] };

const journalFile = ({ places }: Tree): string => `${places.settings}/unfinished.json`;

export type Owner = { uid: number; gid: number };
export type Owners = Readonly<Record<Change['owner'], Owner | null>>;

export type Applying = {
  copies: string;
  owners: Owners;
  /** What is done elsewhere, once the files are there. */
  belonging: () => Promise<void>;
};

/**
 * Makes all changes or none: where one cannot be made, or what belongs to them rejects, those before are taken back. `copies`: the folder
 * for copies of what is replaced, each under its path. Rejects with an `InstallProblem`.
 */
export async function apply(
  tree: Tree,
  changes: readonly Change[],
  { copies, owners, belonging }: Applying,
): Promise<void> {
  const journal: Journal = { files: [], folders: [] };
  try {
    journal.folders = missingFolders(tree, [
      tree.places.settings,
      copies,
      ...changes.map(({ path }) => folderOf(path)),
    ]);
    makeFolder(tree, tree.places.settings);
    for (const { path } of changes) keep(tree, path, copies, journal);
    write(tree.real(journalFile(tree)), Buffer.from(JSON.stringify(journal)), 0o600, null);
    for (const change of changes) make(tree, change, owners);
    await belonging();
    rmSync(tree.real(journalFile(tree)), { force: true });
  } catch (error) {
    const left = putBack(tree, journal);
    if (left.length === 0) removeCopies(tree, copies, journal.folders);
    const after = left.length === 0 ? 'everything is as it was' : `these could not be put back: ${left.join(', ')}`;
    throw new InstallProblem(`nothing was installed: ${messageOf(error)}; ${after}`);
  }
}

/** Where the copy of a file goes, which has its path below the folder of copies. */
export const copyOf = (copies: string, path: string): string => join(copies, withoutDrive(path));

/** Of a run that came to nothing. */
function removeCopies(tree: Tree, copies: string, folders: readonly string[]): void {
  rmSync(tree.real(copies), { recursive: true, force: true });
  removeEmpty(tree, folders);
}

/** After a run that was killed. Answers whether there was one. */
export function takeBackUnfinished(tree: Tree): boolean {
  const file = tree.real(journalFile(tree));
  // Killed while it wrote this, it had changed nothing yet.
  if (existsSync(`${file}.part`)) rmSync(`${file}.part`);
  if (!existsSync(file)) return false;
  const left = putBack(tree, JSON.parse(readFileSync(file, 'utf8')) as Journal);
  if (left.length > 0)
    throw new InstallProblem(
      `an earlier installation was interrupted, and these could not be put back: ${left.join(', ')}`,
    );
  return true;
}

function keep(tree: Tree, path: string, copies: string, journal: Journal): void {
  if (tree.read(path) === null) {
    journal.files.push({ path, copy: null });
    return;
  }
  const copy = copyOf(copies, path);
  mkdirSync(dirname(tree.real(copy)), { recursive: true, mode: 0o700 });
  copyFileSync(tree.real(path), tree.real(copy));
  const { mode, uid, gid } = statSync(tree.real(path));
  journal.files.push({ path, copy, mode: mode & 0o777, uid, gid });
}

function make(tree: Tree, { path, content, mode, owner }: Change, owners: Owners): void {
  if (content === null) {
    rmSync(tree.real(path), { force: true });
    return;
  }
  makeFolder(tree, folderOf(path), owners[owner]);
  const real = tree.real(path);
  const there = existsSync(real) ? statSync(real) : null;
  if (mode === 'as-is' && there !== null) write(real, content, there.mode & 0o777, isRoot() ? there : null);
  else write(real, content, mode === 'as-is' ? 0o644 : mode, owners[owner]);
}

/** Under a name of its own first: nobody ever reads half a file. */
function write(file: string, content: Buffer, mode: number, owner: Owner | null): void {
  const part = `${file}.part`;
  try {
    const descriptor = openSync(part, 'w', mode);
    try {
      // Not writeSync, which writes less where the disk has room for less, and says so by a number alone.
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (owner !== null) chownSync(part, owner.uid, owner.gid);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw new Error(`${file}: ${messageOf(error)}`, { cause: error });
  }
}

function makeFolder(tree: Tree, folder: string, owner: Owner | null = null): void {
  if (tree.isFolder(folder)) return;
  makeFolder(tree, folderOf(folder), owner);
  mkdirSync(tree.real(folder), { mode: 0o755 });
  if (owner !== null) chownSync(tree.real(folder), owner.uid, owner.gid);
}

/** Folders that the changes need and that are not there. */
export function missingFolders(tree: Tree, folders: readonly string[]): string[] {
  const above = (folder: string): string[] =>
    /^(?:\/|\.|[A-Z]:\/?)$/.test(folder) ? [] : [folder, ...above(folderOf(folder))];
  return [...new Set(folders.flatMap(above))].filter((folder) => !tree.isFolder(folder));
}

/** Answers what could not be put back. */
function putBack(tree: Tree, { files, folders }: Journal): string[] {
  const left: string[] = [];
  for (const kept of [...files].reverse()) {
    try {
      if (kept.copy !== null) putCopyBack(tree, kept);
      else if (tree.read(kept.path) !== null) rmSync(tree.real(kept.path));
      if (existsSync(`${tree.real(kept.path)}.part`)) rmSync(`${tree.real(kept.path)}.part`);
    } catch {
      left.push(kept.path);
    }
  }
  rmSync(tree.real(journalFile(tree)), { force: true });
  removeEmpty(tree, folders);
  return left;
}

function putCopyBack(tree: Tree, { path, copy, mode, uid, gid }: Kept): void {
  const kept = readFileSync(tree.real(copy));
  const now = tree.read(path);
  if (now?.equals(kept) === true) return;
  write(tree.real(path), kept, mode, isRoot() ? { uid, gid } : null);
}

const isRoot = (): boolean => process.getuid?.() === 0;

/** Those that nobody else has put anything into. */
export function removeEmpty(tree: Tree, folders: readonly string[]): void {
  for (const folder of [...folders].sort().reverse()) {
    const real = tree.real(folder);
    if (tree.isFolder(folder) && readdirSync(real).length === 0) rmdirSync(real);
  }
}
