import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import type { RateStore } from '../../ports/rate-store.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';
import { StoreError } from '../../ports/store-error.ts';
import { callsAtOnce, prepareLook, type Place, type Step, type Stepped, type Undoing } from './rerating.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';

/** Between two steps, call records are saved. */
const pauseMs = 10;

/** Looks on the calling thread, and has the writer's change prices. */
export function reratingStore(
  db: Database,
  perform: Perform,
  rules?: PricingRules,
): Pick<RateStore, 'rerate' | 'undoRerating'> {
  const look = prepareLook(db, rules);
  // One moment of the file for the calls, their prices and the rates.
  const lookAtOnce = db.transaction(look);

  return {
    async rerate({ fromMs, untilMs, madeBy, dryRun = false, onChange }) {
      let [id, calls, changed]: [number | null, number, number] = [null, 0, 0];
      // The empty id comes before every call's: the first call may start at the very moment.
      let after: Place = { startedAtMs: fromMs, callId: '' };
      for (;;) {
        const step: Step = { fromMs, untilMs, madeBy, id, after };
        const stepped: Stepped = dryRun ? await reading(db, () => lookAtOnce(step)) : await perform('rerateSome', step);
        id = stepped.id;
        calls += stepped.calls;
        changed += stepped.changes.length;
        if (onChange !== undefined) stepped.changes.forEach(onChange);
        after = stepped.last;
        if (stepped.calls < callsAtOnce) return { id, calls, changed };
        await pause(pauseMs);
      }
    },

    async undoRerating(id, madeBy, onChange) {
      const { newId, isAgain } = await perform('beginUndo', { id, madeBy });
      let [calls, changed]: [number, number] = [0, 0];
      let after: string | null = '';
      while (after !== null) {
        const step: Undoing = await perform('undoSome', { id, newId, after });
        calls += step.calls;
        changed += step.changes.length;
        if (onChange !== undefined) step.changes.forEach(onChange);
        after = step.last;
        if (after !== null) await pause(pauseMs);
      }
      if (isAgain && changed === 0) throw new StoreError('invalid', `Re-rating ${id} was undone already.`);
      return { id: newId, calls, changed };
    },
  };
}
