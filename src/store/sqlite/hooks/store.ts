import type { MessagePort } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import type { HookEvent, HookStore, Told, WaitingHook } from '../../ports/hooks.ts';
import { openForReading } from '../database.ts';
import type { Perform } from '../performer.ts';
import { reading } from '../reading.ts';
import { sharedWriter } from '../shared-writer.ts';

type Row = Omit<HookEvent, 'told'> & { told: string; seq: number; tries: number };

/** Reads on the calling thread. */
export function hookStore(db: Database, perform: Perform): HookStore {
  const due = db.prepare<{ target: string; nowMs: number; limit: number }, Row>(
    `SELECT e.seq, e.id, e.kind, e.at AS atMs, e.told, d.tries
FROM hook_deliveries d JOIN hook_events e ON e.seq = d.seq
WHERE d.target = @target AND d.again_at <= @nowMs ORDER BY d.again_at, d.seq LIMIT @limit`,
  );
  const count = db.prepare<{ target: string }, { waiting: number; oldestAtMs: number | null }>(
    `SELECT count(*) AS waiting, (SELECT e.at FROM hook_deliveries o JOIN hook_events e ON e.seq = o.seq
  WHERE o.target = @target ORDER BY o.seq LIMIT 1) AS oldestAtMs
FROM hook_deliveries WHERE target = @target`,
  );
  return {
    keepHookTargets: async (targets) => {
      await perform('keepHookTargets', targets);
    },
    noteHooks: async (events) => {
      await perform('noteHooks', events);
    },
    dueHooks: (target, nowMs, limit) =>
      reading(db, () =>
        due.all({ target, nowMs, limit }).map(({ seq, tries, told, ...event }): WaitingHook => ({
          event: { ...event, told: JSON.parse(told) as Told },
          ...{ seq, tries },
        })),
      ),
    settleHooks: async (tries) => {
      await perform('settleHooks', tries);
    },
    hurryHooks: async (target) => {
      await perform('hurryHooks', target);
    },
    countHooks: (target) => reading(db, () => count.get({ target }) ?? { waiting: 0, oldestAtMs: null }),
    trimHooks: (target, most, beforeMs) => perform('trimHooks', { target, most, beforeMs }),
  };
}

/** For another thread than the one that opened the store; `writer`: what its `shareWriter` answered. */
export function openSharedHooks(file: string, writer: MessagePort) {
  const db = openForReading(file);
  const shared = sharedWriter(writer, file);
  return {
    ...hookStore(db, shared.perform),
    /** Resolves once the thread that writes is gone. */
    gone: shared.gone,
    close() {
      db.close();
      shared.close();
    },
  };
}
