import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { createHash } from 'node:crypto';
import { linux, withoutDrive, type Places } from './places.ts';

/** The file system below a root, which is `/` but for tests and images. Paths are as in the installed system, and absolute. */
export type Tree = {
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
  const real = (path: string): string => (isHere ? path : join(root, withoutDrive(path)));
  return {
    ...{ isHere, places, real },
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
