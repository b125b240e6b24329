import { InstallProblem } from './problem.ts';
import type { Tree } from './tree.ts';

/** What an installation has put where, for the next one and for its end. */
export type Manifest = {
  version: string;
  /** FreeSWITCH's configuration. */
  conf: string;
  /** FreeSWITCH's configuration was empty: all of it is ours. */
  isComplete: boolean;
  /** Files that are ours, by path: the hash of what we wrote. */
  files: Readonly<Record<string, string>>;
  /** Lines that we put into files of others. */
  inserted: Readonly<Record<string, readonly string[]>>;
  /** What was in the place of our files, as copies. */
  originals: Readonly<Record<string, string>>;
  /** Folders that we made. */
  folders: readonly string[];
};

export const manifestFile = ({ places }: Tree): string => `${places.settings}/installed.json`;

/** Null: nothing was installed. Throws an `InstallProblem`. */
export function readManifest(tree: Tree): Manifest | null {
  const file = manifestFile(tree);
  const text = tree.read(file);
  if (text === null) return null;
  try {
    return JSON.parse(text.toString('utf8')) as Manifest;
  } catch {
    throw new InstallProblem(
      `${file} is damaged: move it away, and what is edited will be shown before anything is replaced`,
    );
  }
}
