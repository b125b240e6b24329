import type { Result } from '../../words/result.ts';

/** Deeper than anything that the API takes. */
const deepest = 16;
const wrong = (problem: string) => ({ ok: false, problem }) as const;

/** Strings whole, and what opens, closes and separates; the rest says nothing of keys. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * JSON in which each key of an object stands once: of two, one program would believe the first and another the last (RFC 8259, 4).
 * `__proto__` is refused as well: what is copied from such an object would get another prototype.
 */
export function readJson(text: string): Result<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return wrong('The body is not JSON.');
  }
  const problem = keyProblem(text);
  return problem === null ? { ok: true, value } : wrong(problem);
}

function keyProblem(text: string): string | null {
  /** Keys of the objects that are open; null: an array. */
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const key = JSON.parse(last) as string;
      const keys = open.at(-1);
      if (key === '__proto__') return 'The body has a key "__proto__".';
      if (keys?.has(key) === true) return `The body has the key ${JSON.stringify(key.slice(0, 60))} twice.`;
      keys?.add(key);
    }
    if (open.length > deepest) return `The body is nested deeper than ${deepest} levels.`;
    last = token;
  }
  return null;
}
