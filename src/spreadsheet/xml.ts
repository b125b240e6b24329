import { SpreadsheetError } from './error.ts';

/** What a document consists of, in its order. Names come without the prefix of their namespace. */
export type XmlEvents = {
  /** `attributes`: as they stand; `attribute` reads one. */
  open(name: string, attributes: string): void;
  text(text: string): void;
  close(name: string): void;
};

/** Reads XML piece by piece. Throws a `SpreadsheetError`, also for a document type, which workbooks do not have. */
export type XmlReader = { write(piece: string): void };

const wrong = (what: string) => new SpreadsheetError(`the file is damaged: ${what}`);

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

export function decodeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g,
    (_all, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? `&${name};`;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}

const patterns = new Map<string, RegExp>();

/** The value of an attribute, with or without a prefix before its name; null: there is none. */
export function attribute(attributes: string, name: string): string | null {
  let pattern = patterns.get(name);
  if (pattern === undefined) {
    pattern = new RegExp(`(?:^|\\s)(?:[\\w.-]+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    patterns.set(name, pattern);
  }
  const match = pattern.exec(attributes);
  return match === null ? null : decodeXml(match[1] ?? match[2] ?? '');
}

/** Where a tag ends; a `>` inside quotes does not end it. -1: not in this text. */
function endOfTag(text: string, from: number): number {
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (quote === '' && sign === '>') return at;
    if (quote === '' ? sign === '"' || sign === "'" : sign === quote) quote = quote === '' ? sign : '';
  }
  return -1;
}

const longestTag = 1_000_000;

export function createXmlReader(events: XmlEvents): XmlReader {
  let rest = '';

  /** Reads what begins with `<` at `at`; answers where it ends, -1: not in this text. */
  function readMarkup(text: string, at: number): number {
    const skipped = skippedTo(text, at);
    if (skipped !== null) return skipped;
    if (text.startsWith('<![CDATA[', at)) {
      const end = text.indexOf(']]>', at);
      if (end !== -1) events.text(text.slice(at + 9, end));
      return end === -1 ? -1 : end + 3;
    }
    if (text.charAt(at + 1) === '!') throw wrong('it has a document type');
    const end = endOfTag(text, at + 1);
    if (end !== -1) readTag(text.slice(at + 1, end));
    return end === -1 ? -1 : end + 1;
  }

  function readTag(tag: string): void {
    const isClosing = tag.startsWith('/');
    const isEmpty = tag.endsWith('/');
    const inner = tag.slice(isClosing ? 1 : 0, isEmpty ? -1 : undefined);
    const space = /\s/.exec(inner)?.index ?? inner.length;
    const name = inner.slice(inner.slice(0, space).indexOf(':') + 1, space);
    if (!isClosing) events.open(name, inner.slice(space));
    if (isClosing || isEmpty) events.close(name);
  }

  return {
    write(piece) {
      const text = rest + piece;
      let at = 0;
      for (;;) {
        const start = text.indexOf('<', at);
        if (start === -1) break;
        if (start > at) events.text(decodeXml(text.slice(at, start)));
        at = start;
        const end = readMarkup(text, start);
        if (end === -1) break;
        at = end;
      }
      rest = text.slice(at);
      if (rest.length > longestTag) throw wrong('something in it does not end');
    },
  };
}

/** The end of a comment or an instruction; null: it is neither. A start that is cut off is neither yet: -1. */
function skippedTo(text: string, at: number): number | null {
  for (const [start, end] of [
    ['<!--', '-->'],
    ['<?', '?>'],
  ] as const) {
    if (!text.startsWith(start, at)) continue;
    const found = text.indexOf(end, at + start.length);
    return found === -1 ? -1 : found + end.length;
  }
  // `<![CDATA[` is the longest start.
  return text.charAt(at + 1) === '!' && text.length - at < 9 ? -1 : null;
}
