import { readFileSync } from 'node:fs';
import { errorCodeOf, messageOf } from '../words/thrown.ts';
import { ConfigError } from './error.ts';
import { formerKeys, settings } from './keys.ts';
import { schema } from './schema.ts';
import type { Setting } from './setting.ts';

/** A value from the environment or a flag. */
export type GivenText = {
  /** Present or former key of a setting. */
  key: string;
  value: string;
  /** The variable or the flag. */
  where: string;
  /** What the variable or the flag for a key is called. */
  nameOf: (key: string) => string;
};

type Warn = (line: string) => void;

/** Values by group and name, as convict takes them. */
type Values = Record<string, Record<string, unknown>>;

export function fromTexts(texts: readonly GivenText[], warn: Warn): Values {
  const given = new Set(texts.map(({ key }) => key));
  const values: Values = {};
  for (const { key: written, value, where, nameOf } of texts) {
    const { key, setting } = settingOf(written, { where, nameOf, given, warn });
    if (setting === null) throw new ConfigError(`${where} is not a setting; "billing-codes config --help" lists them`);
    const parsed = setting.format.parse(value.trim());
    if (parsed === null) throw wrong(key, where, setting, value);
    put(values, key, parsed);
  }
  return values;
}

/** Throws a `ConfigError`. */
export function fromFile(file: string, warn: Warn): Values {
  const written = writtenIn(file);
  const given = new Set(written.map(({ key }) => key));
  const values: Values = {};
  for (const { key: name, value } of written) {
    const { key, setting } = settingOf(name, { where: `"${name}" in ${file}`, nameOf: quoted, given, warn });
    if (setting === null) throw unknownKey(name, file);
    const read = setting.format.fromFile?.(value) ?? value;
    if (!setting.format.accepts(read)) throw wrong(key, file, setting, value);
    put(values, key, read);
  }
  return values;
}

function writtenIn(file: string): { key: string; value: unknown }[] {
  return entriesOf(contentOf(file), file).flatMap(([group, members]) => {
    if (!Object.hasOwn(schema, group)) throw unknownKey(group, file);
    return entriesOf(members, `"${group}" in ${file}`).map(([name, value]) => ({ key: `${group}.${name}`, value }));
  });
}

function contentOf(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const why = errorCodeOf(error) === 'EACCES' ? 'this user may not: run this as root (sudo)' : messageOf(error);
    throw new ConfigError(`the configuration file ${file} cannot be read: ${why}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`the configuration file ${file} is not valid JSON: see ${placeOf(messageOf(error), text)}`);
  }
}

/** Where the text stops being JSON. V8's own message quotes the text around that place, which may contain a password. */
function placeOf(message: string, text: string): string {
  const told = /\(line \d+ column \d+\)/.exec(message)?.[0].slice(1, -1);
  if (told !== undefined) return told;
  if (!isUnexpected(text)) return 'its end';
  let [valid, invalid] = [0, text.length];
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isUnexpected(text.slice(0, middle))) invalid = middle;
    else valid = middle;
  }
  const lines = text.slice(0, valid).split('\n');
  return `line ${lines.length} column ${(lines.at(-1) ?? '').length + 1}`;
}

/** Whether the text contains something wrong, rather than just ending too early. */
function isUnexpected(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return messageOf(error).startsWith('Unexpected token');
  }
}

function entriesOf(value: unknown, where: string): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw new ConfigError(`${where} must be an object { … }`);
}

/** The setting of a key, also of one that it had before; null where there is no such setting. */
function settingOf(
  written: string,
  source: { where: string; nameOf: (key: string) => string; given: ReadonlySet<string>; warn: Warn },
): { key: string; setting: Setting<unknown> | null } {
  const renamedTo = formerKeys().get(written);
  const key = renamedTo ?? written;
  if (renamedTo !== undefined) {
    const { where, nameOf, given, warn } = source;
    if (given.has(key))
      throw new ConfigError(`${where} is the former name of ${nameOf(key)}, which is given too: remove it`);
    warn(`${where} is now called ${nameOf(key)}; the former name still works`);
  }
  return { key, setting: settings().find((entry) => entry.key === key)?.setting ?? null };
}

function put(values: Values, key: string, value: unknown): void {
  const [group = '', name = ''] = key.split('.');
  (values[group] ??= {})[name] = value;
}

const quoted = (key: string): string => `"${key}"`;

function unknownKey(key: string, where: string): ConfigError {
  return new ConfigError(`"${key}" in ${where} is not a setting; "billing-codes config --help" lists them`);
}

function wrong(key: string, where: string, setting: Setting<unknown>, value: unknown): ConfigError {
  const given = setting.sensitive === true ? null : shownValue(value);
  return new ConfigError(
    `"${key}" (${where}) must be ${setting.format.expects}${given === null ? '' : `, not ${given}`}`,
  );
}

const longestShown = 100;

/** A secret may stand under the wrong name: one that looks like it is not shown, nor what there may be one in; null: nothing of it is. */
function shownValue(value: unknown): string | null {
  const hasParts = (part: unknown): boolean => typeof part === 'object' && part !== null;
  if (hasParts(value) && (!Array.isArray(value) || value.some(hasParts))) return null;
  const text = JSON.stringify(value);
  if (/\/\/[^/\s]*@|password|pwd|secret|token|key/i.test(text)) return null;
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
