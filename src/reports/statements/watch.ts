import type { Clock } from '../../words/clock.ts';
import { makeRounds } from '../../words/rounds.ts';
import { messageOf } from '../../words/thrown.ts';
import type { ReportSource } from '../report.ts';
import { changedOf, type IssuedStatement, type IssuedStore } from './issued.ts';

/** Statements of the last weeks that no longer equal their calls: how many, and the latest of them; null: none. */
export type StatementsChanged = { count: number; latest: string } | null;

type Options = {
  issued: IssuedStore;
  openSource: () => Promise<ReportSource>;
  clock: Clock;
  tell: (changed: StatementsChanged) => void;
  problem: (text: string) => void;
};

/** Call records are kept for so long at least (`retention.recordsDays`): what is removed later changes no statement. */
const watchedMs = 62 * 86_400_000;
const everyMs = 6 * 3_600_000;
/** A correction ends it, and somebody waits for that; what failed is tried again. */
const soonMs = 600_000;

/**
 * Compares the statements that went out with their calls, now and every six hours: a record that arrives late changes what somebody was
 * asked to pay, and nobody is there who could be told, as whoever moves or re-rates calls is.
 */
export function watchStatements({ issued, openSource, clock, tell, problem }: Options): { stop(): Promise<void> } {
  /** Numbers; the others are looked at again later. */
  let changed: ReadonlySet<string> = new Set();
  let wholeMs = -Infinity;

  async function compare(standing: readonly IssuedStatement[], signal: AbortSignal): Promise<void> {
    const found: string[] = [];
    const source = standing.length === 0 ? null : await openSource();
    try {
      for (const one of standing) {
        if (source === null || signal.aborted) return;
        if ((await changedOf([one], source)).length > 0) found.push(one.number);
      }
    } finally {
      await source?.close();
    }
    changed = new Set(found);
    const [latest] = found;
    tell(latest === undefined ? null : { count: found.length, latest });
  }

  return makeRounds(clock, async (signal) => {
    const nowMs = clock.nowMs();
    const isWhole = clock.monotonicMs() - wholeMs >= everyMs;
    try {
      const all = issued.standing({ fromMs: nowMs - watchedMs, untilMs: nowMs });
      const watched = all.filter(({ period }) => period.fromMs >= nowMs - watchedMs);
      await compare(isWhole ? watched : watched.filter(({ number }) => changed.has(number)), signal);
      if (isWhole) wholeMs = clock.monotonicMs();
      return changed.size === 0 ? everyMs : soonMs;
    } catch (error) {
      problem(`statements that went out could not be compared with their calls: ${messageOf(error)}`);
      return soonMs;
    }
  });
}
