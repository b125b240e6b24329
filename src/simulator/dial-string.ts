import { separate } from './tokens.ts';

/** One endpoint of a dial string. */
export type Endpoint = {
  /** As written, without its variables. */
  text: string;
  /** `sofia/external/…` → `external`; null for a gateway. */
  profile: string | null;
  /** `sofia/gateway/NAME/…`; null for a call without a gateway. */
  gateway: string | null;
  /** Called number: what stands before `@`, or after the last `/`. */
  number: string;
  /** Host and port behind `@`; empty for a gateway. */
  host: string;
  /** From `{…}` and `[…]`, in the order in which FreeSWITCH puts them on the callee's leg. */
  variables: ReadonlyMap<string, string>;
};

/**
 * A dial string as `bridge` takes it: `{name=value,…}endpoint|endpoint`. Values may be quoted with `'` and escaped with
 * `\`; `{^^:…}` changes the separator (switch_event.c, switch_event_create_brackets). `|` tries the next endpoint when
 * one fails. Null where FreeSWITCH would find nothing to dial.
 */
export function parseDialString(text: string): Endpoint[] | null {
  const shared = new Map<string, string>();
  const rest = takeVariables(text.trim(), '{', '}', shared);
  if (rest === null) return null;
  const endpoints: Endpoint[] = [];
  for (const part of splitOutside(rest, '|')) {
    const variables = new Map(shared);
    const endpoint = takeVariables(part.trim(), '[', ']', variables);
    if (endpoint === null || endpoint === '') return null;
    endpoints.push({ ...placeOf(endpoint), text: endpoint, variables });
  }
  return endpoints.length === 0 ? null : endpoints;
}

function placeOf(endpoint: string): Pick<Endpoint, 'profile' | 'gateway' | 'number' | 'host'> {
  const [, kind = '', ...rest] = endpoint.split('/');
  if (kind === 'gateway') return { profile: null, gateway: rest[0] ?? '', number: rest.slice(1).join('/'), host: '' };
  const address = rest.length === 0 ? kind : rest.join('/');
  const at = address.indexOf('@');
  return {
    profile: rest.length === 0 ? null : kind,
    gateway: null,
    number: at < 0 ? address : address.slice(0, at),
    host: at < 0 ? '' : address.slice(at + 1),
  };
}

function takeVariables(text: string, open: string, close: string, into: Map<string, string>): string | null {
  let rest = text;
  while (rest.startsWith(open)) {
    const end = closing(rest, open, close);
    if (end < 0) return null;
    let inside = rest.slice(1, end);
    let delimiter = ',';
    if (inside.startsWith('^^')) {
      delimiter = inside[2] ?? ',';
      inside = inside.slice(3);
    }
    for (const assignment of separate(inside, delimiter)) {
      const [name, value] = separate(assignment, '=', 2);
      if (name === undefined || value === undefined) continue;
      into.delete(name);
      into.set(name, value);
    }
    rest = rest.slice(end + 1);
  }
  return rest;
}

/** Where the bracket that begins `text` ends; `switch_find_end_paren` counts nested ones and knows no quotes. */
function closing(text: string, open: string, close: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === open) depth += 1;
    else if (text[at] === close) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

function splitOutside(text: string, delimiter: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '[') depth += 1;
    else if (char === ']') depth -= 1;
    else if (char === delimiter && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
