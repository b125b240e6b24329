import { plainText } from './events.ts';
import type { Events, Subscriber } from './events.ts';
import { createFilters } from './filters.ts';
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

export function createSubscription(events: Events, write: (text: string) => void): Subscription {
  let format: 'plain' | 'json' = 'plain';
  let names: Set<string> | 'all' = new Set();
  const filters = createFilters();
  const subscriber: Subscriber = {
    wants: (name) => names === 'all' || names.has(name),
    deliver(event) {
      if (!filters.pass(event)) return;
      const body = format === 'json' ? event.json : plainText(event.json);
      write(`Content-Length: ${Buffer.byteLength(body)}\nContent-Type: text/event-${format}\n\n${body}`);
    },
  };
  const renew = (): void => {
    if (names !== 'all' && names.size === 0) events.unsubscribe(subscriber);
    else events.subscribe(subscriber, filters.legs());
  };

  return {
    events(words, on) {
      const [first = '', ...rest] = words;
      const named = first === 'json' || first === 'plain' ? rest : words;
      if (first === 'json' || first === 'plain') format = first;
      const known = named.map((word) => word.toUpperCase()).filter((word) => /^[A-Z_]+$/.test(word));
      if (known.length === 0) return '-ERR no keywords supplied';
      names = known.reduce((before, word) => switched(before, word, on), names);
      renew();
      return on ? `+OK event listener enabled ${format}` : '+OK events nixed';
    },
    noEvents() {
      names = new Set();
      renew();
      return '+OK no longer listening for events';
    },
    filter(text) {
      const answer = filters.change(text);
      if (names === 'all' || names.size > 0) renew();
      return answer;
    },
    end: () => events.unsubscribe(subscriber),
  };
}

/** The subscribed names with this one switched on or off. */
function switched(names: Set<string> | 'all', word: string, on: boolean): Set<string> | 'all' {
  if (word === 'ALL') return on ? 'all' : new Set();
  if (on) return names === 'all' ? names : names.add(word);
  const left = new Set(names === 'all' ? eventNames : names);
  left.delete(word);
  return left;
}
