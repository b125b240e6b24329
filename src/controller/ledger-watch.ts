import type { LedgerStore } from '../store/ports/ledger.ts';
import type { Clock } from '../words/clock.ts';
import { messageOf } from '../words/thrown.ts';
import type { Log } from './log.ts';

/** How soon a payment by another program counts here. */
const everyMs = 500;

/** Looks after the ledger: what other programs move is told, and reservations that have timed out are given back. No call waits for it. */
export function watchLedger(
  store: Pick<LedgerStore, 'tendLedger'>,
  clock: Pick<Clock, 'nowMs' | 'after'>,
  log: Log,
): { stop(): void } {
  let cancel = (): void => undefined;
  let isStopped = false;
  let problem = '';

  function next(): void {
    if (!isStopped) cancel = clock.after(everyMs, () => void look().finally(next));
  }

  async function look(): Promise<void> {
    try {
      await store.tendLedger(clock.nowMs());
      problem = '';
    } catch (error) {
      const why = messageOf(error);
      if (why !== problem && !isStopped) log.warn('the ledger cannot be looked at', { error: why });
      problem = why;
    }
  }

  next();
  return {
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
