import { emergencyMeant } from '../../call/entry.ts';
import type { Ask } from '../../call/prompts.ts';

/**
 * One entry is collected in stages, because FreeSWITCH tells nothing before a collection is over: each stage ends where the entry
 * may be complete, so that an emergency number, or a number that no further digit could belong to, needs no `#`.
 */
export type Stage =
  /** Up to so many digits, keyed without a pause (`isGoingOn`: a pause goes on). A longer one ends the entry only where nothing more is keyed in it. */
  | { kind: 'collect'; maxDigits: number; isGoingOn?: true }
  /**
   * The entry may be complete: a further key within moments (`isLong`: as slow as people key; `ms`: so long) takes it on, anything else ends
   * it.
   */
  | { kind: 'pause'; isLong?: true; ms?: number };

/** What a site's numbers tell of an unfinished entry. */
export type Completeness = {
  /** Every way to key an emergency number. */
  emergencySpellings: readonly string[];
  /** How many digits an entry that begins so has when it is complete; null: that is open. */
  completeLength(digits: string): number | null;
};

/** The stage after so many digits of an entry; null: it cannot be any longer. */
export function stageAfter(digits: string, ask: Ask, maxDigits: number, numbers: Completeness): Stage | null {
  const room = maxDigits - digits.length;
  if (room <= 0) return null;
  if (ask === 'farewell') return stageAfterUnasked(digits, numbers);
  if (ask === 'confirmation' || ask === 'going-on') return stageAfterKey(digits, numbers);
  if (digits !== '' && isComplete(digits, ask, numbers)) return { kind: 'pause' };
  const missing = missingTo(digits, numbers.emergencySpellings);
  const complete = asksForNumber(ask) && digits !== '' ? numbers.completeLength(digits) : null;
  if (complete !== null && complete > digits.length) missing.push(complete - digits.length);
  return { kind: 'collect', maxDigits: Math.min(room, ...missing) };
}

/** How many digits are missing to each of the emergency numbers that these may become. */
const missingTo = (digits: string, emergencySpellings: readonly string[]): number[] =>
  emergencySpellings
    .filter((spelling) => spelling.length > digits.length && spelling.startsWith(digits))
    .map(({ length }) => length - digits.length);

/**
 * Somebody makes a pause in an entry: an emergency number that stands at its end (`12345**911`) needs neither `#` nor a longer one; anything
 * else may go on. Null: it is over.
 */
export function stageAfterPause(digits: string, room: number, { emergencySpellings }: Completeness): Stage | null {
  const spelled = (number: string): string | null => (emergencySpellings.includes(number) ? number : null);
  return emergencyMeant(digits, spelled) === null ? { kind: 'collect', maxDigits: room, isGoingOn: true } : null;
}

/** One key is the answer, unless an emergency number begins with it: that is waited for. */
function stageAfterKey(digits: string, { emergencySpellings }: Completeness): Stage | null {
  if (digits === '') return { kind: 'collect', maxDigits: 1 };
  const missing = missingTo(digits, emergencySpellings);
  if (missing.length === 0) return null;
  if (emergencySpellings.includes(digits)) return { kind: 'pause' };
  return digits === '1' ? { kind: 'pause', isLong: true } : { kind: 'collect', maxDigits: Math.min(...missing) };
}

/** Nobody has asked for anything, so it is key by key that an emergency number is seen, wherever it stands. */
function stageAfterUnasked(digits: string, { emergencySpellings }: Completeness): Stage {
  // Last words are heard to their end, and nothing is waited for then.
  if (digits === '') return { kind: 'pause', ms: 0 };
  const last = digits.slice(digits.lastIndexOf('*') + 1);
  return emergencySpellings.includes(last) ? { kind: 'pause' } : { kind: 'collect', maxDigits: 1 };
}

function isComplete(digits: string, ask: Ask, numbers: Completeness): boolean {
  if (numbers.emergencySpellings.includes(digits)) return true;
  return asksForNumber(ask) && numbers.completeLength(digits) === digits.length;
}

const asksForNumber = (ask: Ask): boolean => ask === 'number' || ask === 'number-or-on-file';

/** What one stage brought. */
export type StageResult = { digits: string; terminated: boolean };

/** The entry is over, or goes on with the next stage. `paused`: it looked complete, and nothing followed for a moment. */
export type Progress =
  { kind: 'over'; digits: string; terminated: boolean; paused: boolean } | { kind: 'on'; digits: string; stage: Stage };

/** `before`: the digits of the entry's earlier stages. `next`: the stage after these digits, or after a pause behind them. */
export function progressOf(
  before: string,
  stage: Stage,
  { digits, terminated }: StageResult,
  next: { stage: (digits: string) => Stage | null; afterPause: (digits: string, room: number) => Stage | null },
): Progress {
  const all = before + digits;
  const paused = stage.kind === 'pause' && digits === '' && !terminated;
  const over: Progress = { kind: 'over', digits: all, terminated, paused };
  const wanted = stage.kind === 'pause' ? 1 : stage.maxDigits;
  // Ended by `#`, or because nothing was keyed at all; more than was asked for comes from a switch that collects in its own way.
  if (terminated || digits === '' || digits.length > wanted) return over;
  const isPause = digits.length < wanted;
  const following = isPause ? next.afterPause(all, wanted - digits.length) : next.stage(all);
  return following === null ? { ...over, paused: isPause } : { kind: 'on', digits: all, stage: following };
}
