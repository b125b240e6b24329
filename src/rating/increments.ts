import { formatDecimal, parseDecimal } from './money.ts';
import type { DecimalMark } from './money.ts';
import type { Result } from '../words/result.ts';

export type Increments = { firstIncrementMs: number; nextIncrementMs: number };

const maximumMs = 24 * 3_600_000;

function parseSeconds(text: string, mark: DecimalMark): Result<number> {
  const parsed = parseDecimal(text.trim().replace(/\s*s(ec)?$/i, ''), 3, mark);
  if (!parsed.ok) return { ok: false, problem: `increment ${parsed.problem}` };
  return parsed.value > maximumMs ? { ok: false, problem: `increment "${text.trim()}" is more than a day` } : parsed;
}

/** Seconds, from `60/60`, `30/6`, `0.1/0.1`; a single number counts for both. */
export function parseIncrements(text: string, mark: DecimalMark = '.'): Result<Increments> {
  const [first = '', next = first, ...more] = text.split('/');
  if (more.length > 0)
    return { ok: false, problem: `increments "${text.trim()}" have more than two parts: write them as first/next` };
  return joinIncrements(first, next, mark);
}

export function joinIncrements(first: string, next: string, mark: DecimalMark = '.'): Result<Increments> {
  const firstMs = parseSeconds(first, mark);
  if (!firstMs.ok) return firstMs;
  const nextMs = parseSeconds(next, mark);
  if (!nextMs.ok) return nextMs;
  if (nextMs.value === 0)
    return { ok: false, problem: 'the next increment is 0: time beyond the first would never be charged' };
  return { ok: true, value: { firstIncrementMs: firstMs.value, nextIncrementMs: nextMs.value } };
}

/** `30/6` */
export function formatIncrements({ firstIncrementMs, nextIncrementMs }: Increments): string {
  return `${formatDecimal(firstIncrementMs, 3)}/${formatDecimal(nextIncrementMs, 3)}`;
}
