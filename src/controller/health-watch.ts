import type { Health } from '../web/health.ts';
import type { AlertLevel, NewAlert } from '../words/alert.ts';
import type { Clock } from '../words/clock.ts';

type Options = {
  health: () => Promise<Pick<Health, 'checks' | 'warnings' | 'draining'>>;
  tell: (alert: NewAlert) => void;
  clock: Pick<Clock, 'monotonicMs' | 'after'>;
  /** How long something has to be wrong before somebody is told; 0: nobody is. */
  afterMs: number;
};

type Wrong = { name: string; level: AlertLevel; problem: string };

const everyMs = 10_000;

/** Tells people of what `/healthz` shows to be wrong for a while, and that it is over: once each, and not of what mends itself sooner. */
export function watchHealth({ health, tell, clock, afterMs }: Options): { stop(): void } {
  const standing = new Map<string, { sinceMs: number; isTold: boolean }>();
  let hadCodes = false;
  let isOver = false;
  let cancel: () => void = () => undefined;

  function look(now: Awaited<ReturnType<Options['health']>>): void {
    const nowMs = clock.monotonicMs();
    hadCodes ||= now.checks.some(({ name, problem }) => name === 'no-codes' && problem === null);
    // A controller that was just installed has none, and its first steps say so.
    const wrong = wrongIn(now).filter(({ name }) => name !== 'no-codes' || hadCodes);
    for (const one of wrong) {
      const before = standing.get(one.name) ?? { sinceMs: nowMs, isTold: false };
      standing.set(one.name, before);
      if (before.isTold || nowMs - before.sinceMs < afterMs) continue;
      before.isTold = true;
      tell(alertOf(one.level, one.name, one.problem));
    }
    for (const [name, { sinceMs, isTold }] of standing) {
      if (wrong.some((one) => one.name === name)) continue;
      standing.delete(name);
      const minutes = Math.max(1, Math.round((nowMs - sinceMs) / 60_000));
      if (isTold)
        tell(alertOf('warning', name, `in order again after ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`));
    }
  }

  function again(): void {
    health()
      .then(
        (now) => {
          if (!isOver && !now.draining) look(now);
        },
        // What cannot be looked at now is looked at again.
        () => undefined,
      )
      .finally(() => {
        if (!isOver) cancel = clock.after(everyMs, again);
      });
  }

  if (afterMs > 0) cancel = clock.after(everyMs, again);
  return {
    stop() {
      isOver = true;
      cancel();
    },
  };
}

const wrongIn = ({ checks, warnings }: Pick<Health, 'checks' | 'warnings'>): Wrong[] => [
  ...checks.flatMap(({ name, problem }): Wrong[] => (problem === null ? [] : [{ name, level: 'critical', problem }])),
  ...warnings.flatMap(({ name, problem }): Wrong[] => (problem === null ? [] : [{ name, level: 'warning', problem }])),
];

const alertOf = (level: AlertLevel, problem: string, text: string): NewAlert => ({
  ...{ kind: 'health', level, callId: null, fields: { problem } },
  text,
});
