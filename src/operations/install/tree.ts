import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { createHash } from 'node:crypto';
import { linux, type Places } from './places.ts';

/** The file system below a root, which is `/` but for tests and images. Paths are as in the installed system, and absolute. */
export type Tree = {
  root: string;
  /** It is this machine itself. */
  isHere: boolean;
  places: Places;
  /** Where a path of the tree is here. */
  real(path: string): string;
  /** Null: it is not there. */
  read(path: string): Buffer | null;
  isFolder(path: string): boolean;
};

/** `root` null: the machine itself. */
export function treeBelow(root: string | null, places: Places = linux): Tree {
  const isHere = root === null || root === '/';
  // A drive is a folder below another root.
  const real = (path: string): string =>
    isHere ? path : join(root, places.platform === 'win32' ? path.replace(':', '') : path);
  return {
    ...{ root: root ?? '/', isHere, places, real },
    read: (path) => (existsSync(real(path)) && statSync(real(path)).isFile() ? readFileSync(real(path)) : null),
    isFolder: (path) => existsSync(real(path)) && statSync(real(path)).isDirectory(),
  };
}

export const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** Files below a folder of ours, by their path in it. */
export function filesBelow(folder: string, within = ''): string[] {
  return readdirSync(join(folder, within), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(within, entry.name);
    return entry.isDirectory() ? filesBelow(folder, path) : [path];
  });
}
