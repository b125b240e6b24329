import { readFileSync } from 'node:fs';
import convict from 'convict';
import { dialPlanOf, DialPlanError } from '../numbers/plan.ts';
import { schema, type Config, type Setting } from './schema.ts';

/** The configuration is wrong; `message` is one line that names the key, where it stands, and what is expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type ConfigSources = {
  /** A JSON file; null: none. */
  file: string | null;
  env: Readonly<Record<string, string | undefined>>;
  /** Flags by key: `esl.port` → `8084`. */
  flags: Readonly<Record<string, string>>;
};

/** Environment variables that begin like ours and are for something else. */
const otherVariables = /^BILLING_(?:CONFIG$|TEST_)/;

/** Later sources win: defaults, file, environment, flags. Throws a `ConfigError`. */
export function loadConfig(sources: ConfigSources): Config {
  const config = convict<Config>(convictSchema() as never);
  if (sources.file !== null) config.load(fromFile(sources.file));
  config.load(fromTexts(environmentByKey(sources.env)));
  config.load(
    fromTexts(Object.entries(sources.flags).map(([key, value]) => ({ key, value, where: `--${flagOf(key)}` }))),
  );
  config.validate({ allowed: 'strict' });
  const settings = config.getProperties();
  checkTogether(settings);
  return settings;
}

/** What no setting says alone. */
function checkTogether({ dialPlan }: Config): void {
  try {
    dialPlanOf(dialPlan);
  } catch (error) {
    if (error instanceof DialPlanError) throw new ConfigError(error.message);
    throw error;
  }
}

/** The configuration as text, secrets masked. */
export function describeConfig(config: Config): string {
  const shown = convict<Config>(convictSchema() as never);
  shown.load(config as never);
  return shown.toString();
}

/** All keys with their settings, in the order of the schema: `esl.port`. */
export function settings(): { key: string; setting: Setting<unknown> }[] {
  return Object.entries(schema).flatMap(([group, members]) =>
    Object.entries(members).map(([name, setting]) => ({
      key: `${group}.${name}`,
      setting: setting as Setting<unknown>,
    })),
  );
}

/** `dialPlan.countryCode` → `BILLING_DIAL_PLAN_COUNTRY_CODE` */
export function environmentNameOf(key: string): string {
  return `BILLING_${words(key).join('_').toUpperCase()}`;
}

/** `dialPlan.countryCode` → `dial-plan-country-code` */
export function flagOf(key: string): string {
  return words(key).join('-');
}

function words(key: string): string[] {
  return key
    .replace(/([a-z])([A-Z0-9])/g, '$1.$2')
    .toLowerCase()
    .split(/[.-]/);
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

function settingOf(key: string): Setting<unknown> | null {
  return settings().find((entry) => entry.key === key)?.setting ?? null;
}

function fromTexts(values: readonly { key: string; value: string; where: string }[]): object {
  const result: Record<string, Record<string, unknown>> = {};
  for (const { key, value, where } of values) {
    const setting = settingOf(key);
    if (setting === null) throw new ConfigError(`${where} is not a setting; "billing-codes config" lists them`);
    const parsed = setting.format.parse(value.trim());
    if (parsed === null) throw wrong(key, where, setting, value);
    const [group = '', name = ''] = key.split('.');
    (result[group] ??= {})[name] = parsed;
  }
  return result;
}

function environmentByKey(env: ConfigSources['env']): { key: string; value: string; where: string }[] {
  const byName = new Map(settings().map(({ key }) => [environmentNameOf(key), key]));
  return Object.entries(env).flatMap(([name, value]) => {
    if (!name.startsWith('BILLING_') || otherVariables.test(name) || value === undefined) return [];
    // An unknown name passes through as its own key, and is refused there.
    return [{ key: byName.get(name) ?? name, value, where: name }];
  });
}

function fromFile(file: string): object {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new ConfigError(`the configuration file ${file} cannot be read: ${why ?? ''}`);
  }
  const result: Record<string, Record<string, unknown>> = {};
  for (const [group, members] of entriesOf(content, file)) {
    if (!Object.hasOwn(schema, group)) throw unknownKey(group, file);
    const values: Record<string, unknown> = (result[group] = {});
    for (const [name, written] of entriesOf(members, `"${group}" in ${file}`)) {
      const key = `${group}.${name}`;
      const setting = settingOf(key);
      if (setting === null) throw unknownKey(key, file);
      const value = setting.format.fromFile?.(written) ?? written;
      if (!setting.format.accepts(value)) throw wrong(key, file, setting, written);
      values[name] = value;
    }
  }
  return result;
}

function entriesOf(value: unknown, where: string): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw new ConfigError(`${where} must be an object { … }`);
}

function unknownKey(key: string, where: string): ConfigError {
  return new ConfigError(`"${key}" in ${where} is not a setting; "billing-codes config" lists them`);
}

function wrong(key: string, where: string, setting: Setting<unknown>, value: unknown): ConfigError {
  const given = setting.sensitive === true ? '' : `, not ${JSON.stringify(value)}`;
  return new ConfigError(`"${key}" (${where}) must be ${setting.format.expects}${given}`);
}
