/** Prefixes as switches write them: with a sign for whatever comes after, or with several digits in one place. */

/** `44*`, `44%`, `^44` and `447xx` without what stands for any digits behind the prefix. */
export const withoutWildcard = (text: string): string =>
  text.replace(/^\^(?=\+?\d)/, '').replace(/(?<=\d)\s*(?:\.?\*|%|[xX]+)$/, '');

/** `8801[3-9]` and `447[579]`, one text for each digit; null: no digits in brackets at the end. */
export function digitSets(text: string): string[] | null {
  const [, before, inside = ''] = /^(\^?\+?\d+)\[((?:\d-\d|\d)+)\]$/.exec(text) ?? [];
  if (before === undefined) return null;
  const digits = (inside.match(/\d-\d|\d/g) ?? []).flatMap((part) => {
    const [from, to] = [Number(part.at(0)), Number(part.at(-1))];
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });
  // `[9-3]` has none.
  return digits.length === 0 ? null : [...new Set(digits)].map((digit) => `${before}${digit}`);
}

/** `7701 to 7709` with a dash, where nothing else can be meant; null: no word between two numbers. */
export function spokenRange(text: string): string | null {
  const [, from, to] = /^\+?(\d+)\s+(?:to|through|thru|bis|à|hasta|t\/m)\s+\+?(\d+)$/i.exec(text) ?? [];
  return from === undefined || to === undefined ? null : `${from}-${to}`;
}
