import { ConfigError } from '../config/error.ts';
import { environmentNameOf, flagOf, formerKeys, settings } from '../config/keys.ts';
import { loadConfig, originsOf } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { configFileHere } from './config-file.ts';
import { complain } from './usage.ts';

export type ConfigFromArgs = {
  config: Config;
  rest: string[];
  /** Where each setting that is not left at its default was given, by key. */
  origins: () => ReadonlyMap<string, string>;
};

/**
 * Takes the flags that are settings (`--esl-port 8084`, `--esl-port=8084`, `--config FILE`) out of a command's arguments.
 * Throws a `ConfigError`.
 */
export function configFromArgs(args: readonly string[]): ConfigFromArgs {
  const known = [...settings().map(({ key }) => key), ...formerKeys().keys()];
  const keys = new Map(known.map((key) => [`--${flagOf(key)}`, key]));
  const flags: Record<string, string> = {};
  const rest: string[] = [];
  let file = process.env['BILLING_CONFIG'] ?? configFileHere();
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const [name, inline] = arg.startsWith('--') ? split(arg) : [arg, undefined];
    const key = keys.get(name);
    if (key === undefined && name !== '--config') {
      rest.push(arg);
      continue;
    }
    const value = inline ?? args[(at += 1)];
    if (value === undefined) throw new ConfigError(`${name} needs a value`);
    if (key === undefined) file = value;
    else flags[key] = value;
  }
  const warn = (line: string): void => {
    complain(`: ${line}`);
  };
  const sources = { file, env: process.env, flags, warn };
  return { config: loadConfig(sources), rest, origins: () => originsOf(sources) };
}

function split(arg: string): [string, string | undefined] {
  const at = arg.indexOf('=');
  return at === -1 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)];
}

/** Help on every setting, for `billing-codes config --help`. */
export function settingsHelp(): string {
  return settings()
    .map(
      ({ key, setting }) =>
        `  ${key}\n    ${setting.doc}.\n    Takes ${setting.format.expects}.\n    ${environmentNameOf(key)}  --${flagOf(key)}\n`,
    )
    .join('');
}
