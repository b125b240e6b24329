/**
 * Splits as FreeSWITCH's `switch_separate_string` does (switch_utils.c, separate_string_char_delim and
 * separate_string_blank_delim): a delimiter inside `'…'` or behind `\` separates nothing; then quotes and escapes are
 * taken out and blanks around each part stripped. With a blank as delimiter, runs of blanks count as one.
 */
export function separate(text: string, delimiter: string, limit = Infinity): string[] {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length && parts.length < limit) {
    if (delimiter === ' ') while (text[at] === ' ') at += 1;
    const last = parts.length + 1 >= limit;
    const end = last ? text.length : endOfPart(text, at, delimiter);
    parts.push(clean(text.slice(at, end), delimiter === ' ' ? '' : delimiter));
    at = end + 1;
    if (delimiter === ' ') while (text[at] === ' ') at += 1;
  }
  return parts;
}

/** A lone `'` opens nothing unless another one follows; `separate_string_blank_delim` alone takes it as opened. */
function endOfPart(text: string, start: number, delimiter: string): number {
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === "'" && (delimiter === ' ' || quoted || text.includes("'", at + 1))) quoted = !quoted;
    else if (char === delimiter && !quoted) return at;
  }
  return text.length;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', s: ' ' };

/** `cleanup_separated_string`: blanks at both ends go, unless quoted. */
function clean(part: string, delimiter: string): string {
  let quoted = false;
  let out = '';
  let end = 0;
  let at = 0;
  while (part[at] === ' ') at += 1;
  for (; at < part.length; at += 1) {
    const char = part[at] ?? '';
    const next = part[at + 1] ?? '';
    if (char === '\\' && next !== '') {
      const literal = next === "'" || next === '"' || next === '\\' || next === delimiter;
      const unescaped = literal ? next : escapes[next];
      if (unescaped !== undefined) {
        out += unescaped;
        end = out.length;
        at += 1;
        continue;
      }
    }
    if (char === "'" && (quoted || part.includes("'", at + 1))) {
      quoted = !quoted;
      if (quoted) end = out.length;
      continue;
    }
    out += char;
    if (char !== ' ' || quoted) end = out.length;
  }
  return out.slice(0, end);
}

/**
 * What an application's argument becomes before the application sees it: `${name}` is replaced by the variable's value,
 * `\'` vanishes and `\\` becomes `\` (switch_channel.c, switch_channel_expand_variables_check). Functions, ranges and
 * array items inside `${…}` are not done.
 */
export function expand(text: string, variable: (name: string) => string | null): string {
  if (!/\$\$?\{|\\[\\nst']/.test(text)) return text;
  return text.replaceAll(/\\\\|\\'|\\\$\$?|\$\$?\{([^}]*)\}/g, (found: string, name?: string) => {
    if (name !== undefined) return variable(name) ?? '';
    if (found === "\\'") return '';
    return found === '\\\\' ? '\\' : '$';
  });
}
