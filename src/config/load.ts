import convict from 'convict';
import { dialPlanOf, DialPlanError } from '../numbers/plan.ts';
import { ConfigError } from './error.ts';
import { environmentNameOf, flagOf, formerKeys, settings } from './keys.ts';
import { schema, type Config } from './schema.ts';
import type { Setting } from './setting.ts';
import { fromFile, fromTexts, type GivenText } from './sources.ts';

export type ConfigSources = {
  /** A JSON file; null where there is none. */
  file: string | null;
  env: Readonly<Record<string, string | undefined>>;
  /** Flags by key: `esl.port` → `8084`. */
  flags: Readonly<Record<string, string>>;
  /** Takes one line for each setting that is given by its former name. */
  warn?: (line: string) => void;
};

/** Environment variables that start with our prefix but are not settings. */
const otherVariables = /^BILLING_(?:CONFIG$|TEST_)/;

/** Later sources win: defaults, file, environment, flags. Throws a `ConfigError`. */
export function loadConfig(sources: ConfigSources): Config {
  const { warn = () => undefined } = sources;
  const config = convict<Config>(convictSchema() as never);
  if (sources.file !== null) config.load(fromFile(sources.file, warn));
  config.load(fromTexts(environmentTexts(sources.env), warn));
  config.load(fromTexts(flagTexts(sources.flags), warn));
  config.validate({ allowed: 'strict' });
  const loaded = config.getProperties();
  checkTogether(loaded);
  return loaded;
}

/** Checks settings against each other. */
function checkTogether({ dialPlan }: Config): void {
  try {
    dialPlanOf(dialPlan);
  } catch (error) {
    if (error instanceof DialPlanError) throw new ConfigError(error.message);
    throw error;
  }
}

/** Where each setting that is not left at its default was given, by key: a file, a variable or a flag. Throws a `ConfigError`. */
export function originsOf({ file, env, flags }: ConfigSources): ReadonlyMap<string, string> {
  const origins = new Map<string, string>();
  const presentKey = (key: string): string => formerKeys().get(key) ?? key;
  for (const [group, members] of Object.entries(file === null ? {} : fromFile(file, () => undefined))) {
    for (const name of Object.keys(members)) origins.set(`${group}.${name}`, file ?? '');
  }
  for (const { key, where } of [...environmentTexts(env), ...flagTexts(flags)]) origins.set(presentKey(key), where);
  return origins;
}

/** The configuration as JSON text, with its secrets masked. */
export function describeConfig(config: Config): string {
  const shown = convict<Config>(convictSchema() as never);
  shown.load(config as never);
  return shown.toString();
}

function convictSchema(): object {
  return Object.fromEntries(
    Object.entries(schema).map(([group, members]) => [
      group,
      Object.fromEntries(
        Object.entries(members as Record<string, Setting<unknown>>).map(([name, setting]) => [
          name,
          {
            doc: setting.doc,
            default: setting.default,
            sensitive: setting.sensitive === true,
            format: (value: unknown) => {
              if (!setting.format.accepts(value)) throw new Error(`must be ${setting.format.expects}`);
            },
          },
        ]),
      ),
    ]),
  );
}

function environmentTexts(env: ConfigSources['env']): GivenText[] {
  const keys = [...settings().map(({ key }) => key), ...formerKeys().keys()];
  const byName = new Map(keys.map((key) => [environmentNameOf(key), key]));
  return Object.entries(env).flatMap(([name, value]) => {
    if (!name.startsWith('BILLING_') || otherVariables.test(name) || value === undefined) return [];
    // An unknown name goes through as its own key, and `fromTexts` refuses it.
    return [{ key: byName.get(name) ?? name, value, where: name, nameOf: environmentNameOf }];
  });
}

function flagTexts(flags: ConfigSources['flags']): GivenText[] {
  const nameOf = (key: string): string => `--${flagOf(key)}`;
  return Object.entries(flags).map(([key, value]) => ({ key, value, where: nameOf(key), nameOf }));
}
