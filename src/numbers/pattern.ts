/**
 * The patterns of libphonenumber's metadata: digits, `\d`, classes, groups, alternatives, `?`, `{n}` and `{n,m}`. A `RegExp`
 * tells whether a whole number matches; this also tells whether a number may begin with given digits, whether it may continue
 * after them, and which numbers match.
 */
export type Pattern = { readonly states: readonly State[]; readonly start: readonly number[] };

/** The digits accepted next, as bits, and the state after them; a fork accepts none; `null`: the end of a whole number. */
type State = { digits: number; next: number } | { fork: readonly number[] } | null;

const anyDigit = 0b11_1111_1111;
const digitTexts = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

export function parsePattern(source: string): Pattern {
  const states: State[] = [null];
  const add = (state: State): number => states.push(state) - 1;
  let at = 0;

  // Each part is a function that builds it in front of a given state: a repeated part is built as often as it may occur.
  type Part = (next: number) => number;

  function alternatives(): Part {
    const parts = [sequence()];
    while (source[at] === '|') {
      at += 1;
      parts.push(sequence());
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : (next) => add({ fork: parts.map((part) => part(next)) });
  }

  function sequence(): Part {
    const parts: Part[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated(single()));
    return (next) => parts.reduceRight((following, part) => part(following), next);
  }

  function single(): Part {
    const rest = source.slice(at);
    const group = /^\((?:\?:)?/.exec(rest)?.[0];
    if (group !== undefined) {
      at += group.length;
      const inner = alternatives();
      if (source[at] !== ')') throw new Error(`pattern ${source}: ) expected at ${at}`);
      at += 1;
      return inner;
    }
    const text = /^(?:\d|\\d|\[[\d-]+\])/.exec(rest)?.[0];
    if (text === undefined) throw new Error(`pattern ${source}: not understood at ${at}`);
    at += text.length;
    const digits = digitsOf(text);
    return (next) => add({ digits, next });
  }

  function repeated(part: Part): Part {
    const [text, minimum, comma, maximum] = /^(?:\?|\{(\d+)(,?)(\d*)\})/.exec(source.slice(at)) ?? [];
    if (text === undefined) return part;
    at += text.length;
    const from = text === '?' ? 0 : Number(minimum);
    const to = text === '?' ? 1 : comma === '' ? from : Number(maximum);
    return (end) => {
      let next = end;
      for (let more = from; more < to; more++) next = add({ fork: [part(next), end] });
      for (let must = 0; must < from; must++) next = part(next);
      return next;
    };
  }

  const start = alternatives()(0);
  if (at < source.length) throw new Error(`pattern ${source}: not understood at ${at}`);
  return { states, start: closure(states, [start]) };
}

function digitsOf(text: string): number {
  if (text === String.raw`\d`) return anyDigit;
  const isOne = new RegExp(`^${text}$`);
  return digitTexts.reduce((bits, digit, value) => (isOne.test(digit) ? bits | (1 << value) : bits), 0);
}

function closure(states: readonly State[], from: readonly number[]): number[] {
  const reached = new Set<number>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const state = states[id];
    if (state !== null && state !== undefined && 'fork' in state) open.push(...state.fork);
    else reached.add(id);
  }
  return [...reached];
}

/** States after one more digit; empty: no number goes on with it. */
export function stepOn({ states }: Pattern, current: readonly number[], digit: string): readonly number[] {
  const bit = 1 << Number(digit);
  const next = current.flatMap((id) => {
    const state = states[id];
    return state !== null && state !== undefined && 'digits' in state && (state.digits & bit) !== 0 ? [state.next] : [];
  });
  return next.length === 0 ? next : closure(states, next);
}

/** States after these digits; empty: no number begins with them. */
function walk(pattern: Pattern, digits: string): readonly number[] {
  let current: readonly number[] = pattern.start;
  for (const digit of digits) {
    current = stepOn(pattern, current, digit);
    if (current.length === 0) break;
  }
  return current;
}

/** Whether a whole number begins with these digits. */
export function mayBegin(pattern: Pattern, digits: string): boolean {
  return walk(pattern, digits).length > 0;
}

/** Whether a whole number begins with these digits and has more. */
export function mayGoOn(pattern: Pattern, digits: string): boolean {
  return walk(pattern, digits).some((id) => pattern.states[id] !== null);
}

/** Every matching number; null: more than `maximum`. */
export function listAll(pattern: Pattern, maximum: number): string[] | null {
  const found: string[] = [];
  const go = (current: readonly number[], digits: string): boolean => {
    if (current.some((id) => pattern.states[id] === null)) found.push(digits);
    if (found.length > maximum) return false;
    return digitTexts.every((digit) => {
      const next = walk({ states: pattern.states, start: current }, digit);
      return next.length === 0 || go(next, digits + digit);
    });
  };
  return go(pattern.start, '') ? found : null;
}
