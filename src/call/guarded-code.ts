import type { CodeEntry, GuessGuard } from '../policy/guessing/guard.ts';
import { pause, type Clock } from '../words/clock.ts';
import { codeRefusals } from '../words/outcome.ts';
import type { CallEvent } from './machine/events.ts';

/** Watches over the codes that are keyed. */
export type CodeWatch = {
  guard: GuessGuard;
  clock: Pick<Clock, 'nowMs' | 'monotonicMs' | 'after'>;
  /** The caller waits for so long: see `CallSwitch`. */
  readonly keepKeys: (ms: number) => void;
};

const locked: CallEvent = { type: 'code-refused', reason: 'code-locked' };

/** Looks a code up, unless whoever keys it has keyed too many wrong ones. Rejects where the directory cannot be read. */
export async function guardedCode(
  entry: Omit<CodeEntry, 'nowMs'>,
  watch: CodeWatch,
  inquire: () => Promise<CallEvent>,
): Promise<CallEvent> {
  const { guard, clock } = watch;
  const attempt = guard.enter({ ...entry, nowMs: steadyMs(clock) });
  if (attempt.waitMs > 0) await wait(attempt.waitMs, watch);
  if (attempt.kind === 'locked') return locked;
  let answer: CallEvent;
  try {
    answer = await inquire();
  } catch (error) {
    attempt.drop();
    throw error;
  }
  if (answer.type !== 'code-accepted' && !isCodeRefused(answer)) {
    attempt.drop();
    return answer;
  }
  return attempt.judge(answer.type === 'code-accepted', steadyMs(clock)) === 'stands' ? answer : locked;
}

/** In whole milliseconds, as FreeSWITCH is told how long to wait. */
const steadyMs = (clock: Pick<Clock, 'monotonicMs'>): number => Math.floor(clock.monotonicMs());

function wait(ms: number, { clock, keepKeys }: CodeWatch): Promise<void> {
  keepKeys(ms);
  return pause(clock, ms);
}

/** The code itself was refused, not the phone. */
const isCodeRefused = (event: CallEvent): boolean =>
  event.type === 'code-refused' && (codeRefusals as readonly string[]).includes(event.reason);
