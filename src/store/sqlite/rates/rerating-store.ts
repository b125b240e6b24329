import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import type { CallType } from '../../../words/call-type.ts';
import type { RateStore } from '../../ports/rate-store.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';
import { callsAtOnce, prepareLook, type Place, type Step, type Stepped } from './rerating.ts';

/** Between two steps, call records are saved. */
const pauseMs = 10;

/** Looks on the calling thread, and has the writer's change prices. */
export function reratingStore(
  db: Database,
  perform: Perform,
  freeCallTypes?: readonly CallType[],
): Pick<RateStore, 'rerate' | 'undoRerating'> {
  const look = prepareLook(db, freeCallTypes);
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
      const newId = await perform('beginUndo', { id, madeBy });
      let changed = 0;
      for (;;) {
        const changes = await perform('undoSome', { id, newId });
        if (changes.length === 0) return { id: newId, calls: changed, changed };
        changed += changes.length;
        if (onChange !== undefined) changes.forEach(onChange);
        await pause(pauseMs);
      }
    },
  };
}
