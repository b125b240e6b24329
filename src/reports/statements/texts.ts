/** Texts of a layout, with `{name}` for what differs from statement to statement. */

export const placeholders = [
  ...['site', 'taxNumber', 'number', 'issued', 'dueDate', 'period', 'from', 'to'],
  ...['payer', 'client', 'matter', 'reference'],
] as const;

/** Known once the calls are added up. */
export const latePlaceholders = ['due', 'calls'] as const;

export type Values = Readonly<Record<string, string>>;

const pattern = /\{([^{}]*)\}/g;

/** The first name that is none of `known`; null: there is none. */
export function unknownPlaceholder(text: string, known: readonly string[]): string | null {
  for (const [, name = ''] of text.matchAll(pattern)) if (!known.includes(name)) return name;
  return null;
}

export const filled = (text: string, values: Values): string =>
  text.replace(pattern, (whole, name: string) => values[name] ?? whole);

/** Lines whose placeholders stand for nothing at all are left out. */
export function filledLines(lines: readonly string[], values: Values): string[] {
  return lines
    .filter((line) => {
      const names = [...line.matchAll(pattern)].map(([, name = '']) => name);
      return names.length === 0 || names.some((name) => (values[name] ?? '') !== '');
    })
    .map((line) => filled(line, values));
}
