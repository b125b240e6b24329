import { plainText } from './events.ts';
import type { Events, FiredEvent, Subscriber } from './events.ts';
import { eventNames } from './headers.ts';

/** Which events one connection gets, and how: `event`, `nixevent`, `filter`. Each method answers the reply text. */
export type Subscription = {
  /** The words behind `event` or `nixevent`. */
  events(words: readonly string[], on: boolean): string;
  noEvents(): string;
  /** What stands behind `filter`. */
  filter(text: string): string;
  end(): void;
};

type Filter = { readonly name: string; readonly value: string };

export function createSubscription(events: Events, write: (text: string) => void): Subscription {
  let format: 'plain' | 'json' = 'plain';
  let names: Set<string> | 'all' = new Set();
  let filters: Filter[] = [];
  /** By header: the values behind a minus, in small letters. */
  const refusals = new Map<string, Set<string>>();

  const subscriber: Subscriber = {
    wants: (name) => names === 'all' || names.has(name),
    deliver(event) {
      if (refusals.size > 0 && refuses(event)) return;
      if (!onlyLegs() && !passes(event, filters)) return;
      const body = format === 'json' ? event.json : plainText(event.json);
      write(`Content-Length: ${Buffer.byteLength(body)}\nContent-Type: text/event-${format}\n\n${body}`);
    },
  };
  /** A minus refuses what every other filter lets through. */
  const refuses = (event: FiredEvent): boolean => {
    for (const [header, values] of refusals) {
      const found = headerIn(event.own, header) ?? headerIn(event.json, header);
      if (found !== null && values.has(found.toLowerCase())) return true;
    }
    return false;
  };
  const onlyLegs = (): boolean => filters.every(isLegFilter);
  const renew = (): void => {
    if (names !== 'all' && names.size === 0) events.unsubscribe(subscriber);
    // Filters on legs alone are looked up by leg, so that ten thousand of them cost nothing.
    else events.subscribe(subscriber, filters.length > 0 && onlyLegs() ? filters.map(({ value }) => value) : null);
  };
  const name = (word: string, on: boolean): void => {
    if (word === 'ALL') names = on ? 'all' : new Set();
    else if (on && names !== 'all') names.add(word);
    else if (!on) {
      if (names === 'all') names = new Set(eventNames);
      names.delete(word);
    }
  };

  return {
    events(words, on) {
      const [first = '', ...rest] = words;
      const named = first === 'json' || first === 'plain' ? rest : words;
      if (first === 'json' || first === 'plain') format = first;
      const known = named.map((word) => word.toUpperCase()).filter((word) => /^[A-Z_]+$/.test(word));
      if (known.length === 0) return '-ERR no keywords supplied';
      for (const word of known) name(word, on);
      renew();
      return on ? `+OK event listener enabled ${format}` : '+OK events nixed';
    },
    noEvents() {
      names = new Set();
      renew();
      return '+OK no longer listening for events';
    },
    filter(text) {
      const [first = '', ...rest] = text.split(' ');
      const verb = first.toLowerCase();
      const [header = '', ...words] = verb === 'delete' || verb === 'add' ? rest : [first, ...rest];
      const value = words.join(' ');
      if (verb === 'delete') {
        const goes = (filter: Filter): boolean =>
          header === 'all' || (filter.name === header && (value === '' || filter.value === value));
        filters = filters.filter((filter) => !goes(filter));
        renew();
        return `+OK filter deleted. [${header}][${value}]`;
      }
      if (value === '') return '-ERR invalid syntax';
      if (value.startsWith('-')) {
        const values = refusals.get(header) ?? new Set();
        refusals.set(header, values.add(value.slice(1).toLowerCase()));
        return `+OK filter added. [${header}]=[${value}]`;
      }
      filters.push({ name: header, value });
      renew();
      return `+OK filter added. [${header}]=[${value}]`;
    },
    end: () => events.unsubscribe(subscriber),
  };
}

/** Without taking the event apart: a key stands there once, and a quote in a value has a backslash before it. */
function headerIn(json: string, name: string): string | null {
  const key = `,"${name}":"`;
  const at = json.indexOf(key);
  return at === -1 ? null : json.slice(at + key.length, json.indexOf('"', at + key.length));
}

function isLegFilter({ name, value }: Filter): boolean {
  return /^unique-id$/i.test(name) && !/^[/+-]/.test(value);
}

/** Filters are OR-ed; `/…` is a regular expression (mod_event_socket.c, event_handler). */
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
