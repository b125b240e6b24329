import type { FiredEvent } from './events.ts';

/** The filters of one connection: OR-ed, apart from those with a minus, which refuse what all others let through. */
export type Filters = {
  /** Carries out what stands behind `filter`, and answers the reply text. */
  change(text: string): string;
  /** The legs that are asked for, where no other filter is set: they are looked up by leg, so that ten thousand of them cost nothing. */
  legs(): readonly string[] | null;
  pass(event: FiredEvent): boolean;
};

type Filter = { readonly name: string; readonly value: string };

export function createFilters(): Filters {
  let filters: Filter[] = [];
  let onlyLegs = true;
  /** By header: the values behind a minus, in small letters. */
  const refusals = new Map<string, Set<string>>();
  const refuses = (event: FiredEvent): boolean => {
    for (const [header, values] of refusals) {
      const found = headerIn(event, header);
      if (found !== null && values.has(found.toLowerCase())) return true;
    }
    return false;
  };
  const remove = (header: string, value: string): void => {
    const goes = (filter: Filter): boolean =>
      header === 'all' || (filter.name === header && (value === '' || filter.value === value));
    filters = filters.filter((filter) => !goes(filter));
    onlyLegs = filters.every(isLegFilter);
  };
  const add = (filter: Filter): void => {
    filters.push(filter);
    onlyLegs &&= isLegFilter(filter);
  };

  return {
    change(text) {
      const [first = '', ...rest] = text.split(' ');
      const verb = first.toLowerCase();
      const [header = '', ...words] = verb === 'delete' || verb === 'add' ? rest : [first, ...rest];
      const value = words.join(' ');
      if (verb === 'delete') {
        remove(header, value);
        return `+OK filter deleted. [${header}][${value}]`;
      }
      if (value === '') return '-ERR invalid syntax';
      if (value.startsWith('-'))
        refusals.set(header, (refusals.get(header) ?? new Set()).add(value.slice(1).toLowerCase()));
      else add({ name: header, value });
      return `+OK filter added. [${header}]=[${value}]`;
    },
    legs: () => (filters.length > 0 && onlyLegs ? filters.map(({ value }) => value) : null),
    pass: (event) => (refusals.size === 0 || !refuses(event)) && (onlyLegs || passes(event, filters)),
  };
}

/** Without taking the event apart: a key stands there once, and a quote in a value has a backslash before it. */
function headerIn({ json }: FiredEvent, name: string): string | null {
  const key = `,"${name}":"`;
  const at = json.indexOf(key);
  return at === -1 ? null : json.slice(at + key.length, json.indexOf('"', at + key.length));
}

function isLegFilter({ name, value }: Filter): boolean {
  return /^unique-id$/i.test(name) && !/^[/+-]/.test(value);
}

/** `/…` is a regular expression (mod_event_socket.c, event_handler). */
function passes(event: FiredEvent, filters: readonly Filter[]): boolean {
  const headers = JSON.parse(event.json) as Record<string, string>;
  return filters.some(({ name, value }) => {
    const found = headers[name];
    if (found === undefined) return false;
    return value.startsWith('/') ? matches(found, value) : found.toLowerCase() === value.toLowerCase();
  });
}

function matches(text: string, expression: string): boolean {
  try {
    return new RegExp(expression.replace(/^\/|\/$/g, '')).test(text);
  } catch {
    return false;
  }
}
