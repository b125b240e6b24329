import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path/posix';
import { layoutBeside, type Layout } from './places.ts';
import { InstallProblem } from './problem.ts';
import type { Tree } from './tree.ts';

/** Where a FreeSWITCH keeps its things. */
export type FreeSwitchPlace = {
  binary: string;
  version: string;
  conf: string;
  sounds: string;
  log: string;
  db: string;
};

/** What the installer is told of it; empty: it looks itself. */
export type GivenPlace = { binary: string; conf: string };

/** Throws an `InstallProblem`. */
export function findFreeSwitch(tree: Tree, given: GivenPlace): FreeSwitchPlace {
  const { layouts } = tree.places;
  const found = layouts
    .map((layout) => ({ layout, binary: layout.binaries.find((file) => tree.read(file) !== null) }))
    .find(({ binary }) => binary !== undefined);
  const binary = given.binary === '' ? found?.binary : given.binary;
  if (binary === undefined || tree.read(binary) === null) {
    const looked = given.binary === '' ? layouts.flatMap(({ binaries }) => binaries).join(', ') : given.binary;
    throw new InstallProblem(
      `there is no FreeSWITCH (${looked}): install FreeSWITCH 1.10 or newer first, or name its program with --freeswitch`,
    );
  }
  const version = versionOf(tree, binary);
  const layout = found?.binary === binary ? found.layout : layoutOf(tree, binary);
  return { ...layout, binary, version, ...(given.conf === '' ? {} : { conf: given.conf }) };
}

/** As its build has it: beside the program where there is a folder `conf`. */
function layoutOf({ places }: Tree, binary: string): Layout {
  const prefix = dirname(dirname(binary));
  const { layouts } = places;
  return (
    layouts.find(({ binaries }) => binaries.some((file) => dirname(dirname(file)) === prefix)) ??
    layoutBeside(places, dirname(binary), prefix)
  );
}

function versionOf(tree: Tree, binary: string): string {
  const { stdout, error } = spawnSync(tree.real(binary), ['-version'], { encoding: 'utf8', timeout: 20_000 });
  if (error !== undefined) throw new InstallProblem(`${binary} cannot be run: ${error.message}`);
  const [, version = '', major = '0', minor = '0'] = /version:?\s*((\d+)\.(\d+)[^\s~+]*)/i.exec(stdout) ?? [];
  if (version === '') throw new InstallProblem(`${binary} does not say its version: is it FreeSWITCH?`);
  if (Number(major) < 1 || (Number(major) === 1 && Number(minor) < 10)) {
    throw new InstallProblem(`${binary} is FreeSWITCH ${version}: billing-codes needs 1.10 or newer`);
  }
  return version;
}

export const cdrFolder = ({ log }: FreeSwitchPlace): string => join(log, 'json_cdr');
