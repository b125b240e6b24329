import { terminalText } from '../words/clean-text.ts';

declare const markup: unique symbol;

/** Text that may stand in a page as it is. Only `html` makes it: a text that was not escaped does not compile in its place. */
export type Html = { readonly [markup]: true; toString(): string };

/** What may be put into a template; texts are escaped, `false` and null are nothing. */
export type Part = Html | string | number | null | undefined | false | readonly Part[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

class Markup {
  declare readonly [markup]: true;
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

/** Most text: nothing in it is escaped or hidden. */
const isPlain = (text: string): boolean => /^[ !#-%(-;=?-~]*$/.test(text);

/** A piece of a page. What is put in is text, whatever it says: for elements, and for attributes between double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0] ?? '';
  for (let at = 0; at < parts.length; at += 1) text += textOf(parts[at]) + (strings[at + 1] ?? '');
  return new Markup(text);
}

function textOf(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Markup) return part.toString();
  if (typeof part === 'number') return String(part);
  // What changes the direction of writing, or cannot be seen, is made visible.
  if (typeof part === 'string') return isPlain(part) ? part : escaped(terminalText(part));
  let text = '';
  for (const one of part as readonly Part[]) text += textOf(one);
  return text;
}

/** A text that a form gives back as it is, for the attribute `value` alone: hidden characters stay. */
export const given = (text: string): Html => new Markup(escaped(text.toWellFormed()));

/** Attributes: `true` stands without a value, `false` and null are left out. */
export function attributes(values: Readonly<Record<string, string | number | boolean | null>>): Html {
  const present = Object.entries(values).filter(([, value]) => value !== false && value !== null);
  return new Markup(
    present.map(([name, value]) => (value === true ? ` ${name}` : ` ${name}="${escaped(String(value))}"`)).join(''),
  );
}
