import { oneLine } from '../words/clean-text.ts';
import type { Result } from '../words/result.ts';

/** The moments of a leg, and what FreeSWITCH bills for it; microseconds, moments since 1970 and 0 for what never happened. */
export type Figures = { start: number; answer: number; end: number; billed: number };
/** As FreeSWITCH writes them, by the names of its channel variables; undefined: it does not say. */
export type ToldFigures = {
  start_uepoch?: string | undefined;
  answer_uepoch: string | undefined;
  end_uepoch: string | undefined;
  billusec: string | undefined;
};

const year = (of: number): number => Date.UTC(of, 0) * 1000;
/** No FreeSWITCH that this works with is older. A clock that was never set begins in 1970, some boards' in 2000. */
const earliestUs = year(2010);
/** A channel variable of sixteen nines is the year 2286. */
const latestUs = year(2100);
const longestUs = 366 * 86_400_000_000;
/** What one rounding or another may make. */
const roundingUs = 1_000;

/** The figures of a leg that is over, or in one line why they cannot be. */
export function readFigures(told: ToldFigures): Result<Figures> {
  const notNumbers = Object.entries(told).find(([, text]) => !isNumber(text));
  if (notNumbers !== undefined) {
    const [name, text = ''] = notNumbers;
    return { ok: false, problem: `its ${name} is not a number of microseconds: "${oneLine(text, 40)}"` };
  }
  const figures: Figures = {
    start: Number(told.start_uepoch ?? 0),
    answer: Number(told.answer_uepoch ?? 0),
    end: Number(told.end_uepoch ?? 0),
    billed: Number(told.billusec ?? 0),
  };
  const problem = whyImpossible(figures);
  return problem === null ? { ok: true, value: figures } : { ok: false, problem };
}

const isNumber = (text: string | undefined): boolean => text === undefined || /^\d{0,16}$/.test(text);

function whyImpossible({ start, answer, end, billed }: Figures): string | null {
  if (end === 0) return 'it has no end (end_uepoch)';
  const moments = { start_uepoch: start, answer_uepoch: answer, end_uepoch: end };
  for (const [name, us] of Object.entries(moments)) {
    if (us !== 0 && !isMoment(us)) return `its ${name} is impossible: ${momentText(us)}`;
  }
  if (answer !== 0 && end < answer)
    return `it ended (${momentText(end)}) before it was answered (${momentText(answer)})`;
  if (answer !== 0 && answer < start) {
    return `it was answered (${momentText(answer)}) before it began (${momentText(start)})`;
  }
  if (end < start) return `it ended (${momentText(end)}) before it began (${momentText(start)})`;
  const first = start === 0 ? answer : start;
  if (first !== 0 && end - first > longestUs) return 'it lasted for more than a year';
  if (answer === 0 && billed > 0) return `${billed} microseconds are billed (billusec), but it was never answered`;
  if (answer !== 0 && billed > end - answer + roundingUs) {
    return `${billed} microseconds are billed (billusec), but from answer to end there are ${end - answer}`;
  }
  return null;
}

const isMoment = (us: number): boolean => us >= earliestUs && us < latestUs;
const momentText = (us: number): string => new Date(Math.floor(us / 1000)).toISOString();

/** UTC milliseconds of a moment that FreeSWITCH tells; null: it does not, or it cannot be. */
export function momentMs(text: string | undefined): number | null {
  const us = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : 0;
  return isMoment(us) ? Math.floor(us / 1000) : null;
}
