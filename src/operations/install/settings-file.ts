import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flagOf, settings } from '../../config/keys.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { messageOf } from '../../words/thrown.ts';
import { InstallProblem } from './problem.ts';
import type { Tree } from './tree.ts';

export const settingsFile = ({ places }: Tree): string => `${places.settings}/billing-codes.json`;

/** As in the file: by group and name. */
export type Settings = Record<string, Record<string, unknown>>;

/** Throws an `InstallProblem` where a file is there and cannot be read: its settings must not be lost. */
export function earlierSettings(tree: Tree): { file: string | null; settings: Settings } {
  // The first that is there counts.
  for (const file of [settingsFile(tree), ...tree.places.earlier]) {
    const text = tree.read(file);
    if (text === null) continue;
    try {
      return { file, settings: JSON.parse(text.toString('utf8').replace(/^\uFEFF/, '')) as Settings };
    } catch (error) {
      throw new InstallProblem(
        `the settings of the earlier installation, ${file}, are not valid JSON: ${messageOf(error).split('\n')[0] ?? ''}`,
      );
    }
  }
  return { file: null, settings: {} };
}

/** What is given by flags (by their names, without `--`) wins; `usual` is only for what nobody has set. */
export function merged(earlier: Settings, usual: Settings, flags: Readonly<Record<string, string>>): Settings {
  const made: Settings = structuredClone(earlier);
  for (const [group, members] of Object.entries(usual)) {
    for (const [name, value] of Object.entries(members)) (made[group] ??= {})[name] ??= value;
  }
  for (const { key, setting } of settings()) {
    const given = flags[flagOf(key)];
    if (given === undefined) continue;
    const value = setting.format.parse(given.trim());
    if (value === null) throw new InstallProblem(`--${flagOf(key)} must be ${setting.format.expects}`);
    const [group = '', name = ''] = key.split('.');
    (made[group] ??= {})[name] = value;
  }
  return made;
}

export const isSettingFlag = (name: string): boolean => settings().some(({ key }) => flagOf(key) === name);

export const textOf = (made: Settings): string => `${JSON.stringify(made, null, 2)}\n`;

/** As the controller will read it. Throws an `InstallProblem`. */
export function checked(made: Settings, tree: Tree): Config {
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-install-'));
  const file = join(folder, 'billing-codes.json');
  try {
    writeFileSync(file, textOf(made), { mode: 0o600 });
    return loadConfig({ file, env: {}, flags: {} });
  } catch (error) {
    throw new InstallProblem(`the settings are wrong: ${messageOf(error).replaceAll(file, settingsFile(tree))}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
