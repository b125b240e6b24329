/**
 * Kinds of configuration values. convict's own coercion is not used: it reads the booleans `no` and `off` as true and `12abc`
 * as 12. A value from the environment or a flag is text and read by `parse`; one from a file has a type, and must have the
 * right one.
 */
export type Format<T> = {
  /** What is expected, to go on from "esl.port must be …". */
  expects: string;
  /** null: the text is none of it. */
  parse(text: string): T | null;
  accepts(value: unknown): value is T;
  /** Another way to write it in a file; answers a value that `accepts` judges. */
  fromFile?(value: unknown): unknown;
};

export function integer(least: number, most: number): Format<number> {
  const accepts = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  return {
    expects: `a whole number from ${least} to ${most}`,
    parse: (text) => (/^-?\d{1,15}$/.test(text) && accepts(Number(text)) ? Number(text) : null),
    accepts,
  };
}

export const yesOrNo: Format<boolean> = {
  expects: 'true or false',
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : null),
  accepts: (value) => typeof value === 'boolean',
};

/** Text for which `test` holds. */
export function text(expects: string, test: (value: string) => boolean = () => true): Format<string> {
  const accepts = (value: unknown): value is string => typeof value === 'string' && test(value);
  return { expects, parse: (given) => (test(given) ? given : null), accepts };
}

export function oneOf<const T extends string>(...words: readonly T[]): Format<T> {
  const accepts = (value: unknown): value is T =>
    typeof value === 'string' && (words as readonly string[]).includes(value);
  return { expects: `one of ${words.join(', ')}`, parse: (given) => (accepts(given) ? given : null), accepts };
}

/** In the environment and in flags a list is separated by commas; in a file it is an array. */
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

/** A list that may be written without its brackets where it is of one. */
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

/** As `oneOrMore`, or nothing: `""` or `[]`. */
export function anyNumberOf<T>(item: Format<T>, what: string): Format<T[]> {
  return {
    ...listOf(item, what),
    expects: `nothing, or ${what}`,
    fromFile: (value) => (value === '' ? [] : item.accepts(value) ? [value] : value),
  };
}

/** Objects whose reader says what is wrong with them: in the environment and in flags as JSON, in a file as they are. */
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
export const digitsOrNothing = text('digits, or nothing', (value) => /^\d{0,15}$/.test(value));
