/**
 * A kind of configuration value. convict's own coercion is not used: it reads the booleans `no` and `off` as true, and `12abc`
 * as 12. A value from the environment or a flag is text, which `parse` reads; a value from a file already has a type, and it
 * must be the right one.
 */
export type Format<T> = {
  /** What is expected, to complete "esl.port must be …". */
  expects: string;
  /** null where the text is not such a value. */
  parse(text: string): T | null;
  accepts(value: unknown): value is T;
  /** Turns another way to write the value in a file into one for `accepts` to judge. */
  fromFile?(value: unknown): unknown;
};

export function integer(minimum: number, maximum: number): Format<number> {
  const accepts = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum;
  return {
    expects: `a whole number from ${minimum} to ${maximum}`,
    parse: (text) => (/^-?\d{1,15}$/.test(text) && accepts(Number(text)) ? Number(text) : null),
    accepts,
  };
}

export const yesOrNo: Format<boolean> = {
  expects: 'true or false',
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : null),
  accepts: (value) => typeof value === 'boolean',
};

/** Text that passes `test`. */
export function text(expects: string, test: (value: string) => boolean = () => true): Format<string> {
  const accepts = (value: unknown): value is string => typeof value === 'string' && test(value);
  return { expects, parse: (given) => (test(given) ? given : null), accepts };
}

export function oneOf<const T extends string>(...words: readonly T[]): Format<T> {
  const accepts = (value: unknown): value is T =>
    typeof value === 'string' && (words as readonly string[]).includes(value);
  return { expects: `one of ${words.join(', ')}`, parse: (given) => (accepts(given) ? given : null), accepts };
}

/** A list: separated by commas in the environment and in flags, an array in a file. */
export function listOf<T>(item: Format<T>, what: string): Format<T[]> {
  const accepts = (value: unknown): value is T[] => Array.isArray(value) && value.every((entry) => item.accepts(entry));
  return {
    expects: `a list of ${what}`,
    parse(given) {
      const parts = given
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
      const items = parts.map((part) => item.parse(part)).filter((entry) => entry !== null);
      return items.length === parts.length ? items : null;
    },
    accepts,
  };
}

/** A list that is not empty; a file may give a single item without brackets. */
export function oneOrMore<T>(item: Format<T>, what: string): Format<T[]> {
  const list = listOf(item, what);
  const some = (items: T[] | null): T[] | null => (items?.length === 0 ? null : items);
  return {
    expects: what,
    parse: (text) => some(list.parse(text)),
    accepts: (value): value is T[] => list.accepts(value) && value.length > 0,
    fromFile: (value) => (item.accepts(value) ? [value] : value),
  };
}

/** Like `oneOrMore`, but it may be empty: `""` or `[]`. */
export function anyNumberOf<T>(item: Format<T>, what: string): Format<T[]> {
  return {
    ...listOf(item, what),
    expects: `empty, or ${what}`,
    fromFile: (value) => (value === '' ? [] : item.accepts(value) ? [value] : value),
  };
}

/** Objects, checked further by whoever reads them: JSON text in the environment and in flags, plain objects in a file. */
export const jsonList: Format<object[]> = {
  expects: 'a JSON array of objects',
  parse(given) {
    try {
      const value: unknown = JSON.parse(given);
      return jsonList.accepts(value) ? value : null;
    } catch {
      return null;
    }
  },
  accepts: (value): value is object[] =>
    Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null),
};

export const digits = text('digits', (value) => /^\d{1,15}$/.test(value));
export const digitsOrEmpty = text('digits, or empty', (value) => /^\d{0,15}$/.test(value));
