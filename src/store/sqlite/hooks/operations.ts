import type { Database } from 'better-sqlite3';
import type { Dropped, HookStore, HookTarget, HookTry } from '../../ports/hooks.ts';
import { prepareHooks } from './noting.ts';

type Noted = Parameters<HookStore['noteHooks']>[0];

export type HookOperations = {
  keepHookTargets: { input: readonly HookTarget[]; result: null };
  noteHooks: { input: Noted; result: null };
  settleHooks: { input: readonly HookTry[]; result: null };
  hurryHooks: { input: string; result: null };
  trimHooks: { input: { target: string; most: number; beforeMs: number }; result: Dropped };
};

/** Makes the operations of the writer, to be run inside its transaction. */
export function prepareHookOperations(db: Database) {
  const note = prepareHooks(db);
  const forgetTargets = db.prepare('DELETE FROM hook_targets');
  const keepTarget = db.prepare<[string, string]>('INSERT INTO hook_targets (name, kinds) VALUES (?, ?)');
  const forgetOthers = db.prepare('DELETE FROM hook_deliveries WHERE target NOT IN (SELECT name FROM hook_targets)');
  const tidy = db.prepare(
    'DELETE FROM hook_events WHERE NOT EXISTS (SELECT 1 FROM hook_deliveries d WHERE d.seq = hook_events.seq)',
  );
  const taken = db.prepare<[string, number]>('DELETE FROM hook_deliveries WHERE target = ? AND seq = ?');
  const tidyOne = db.prepare<[number, number]>(
    'DELETE FROM hook_events WHERE seq = ? AND NOT EXISTS (SELECT 1 FROM hook_deliveries WHERE seq = ?)',
  );
  const failed = db.prepare<[number, number, string, number]>(
    'UPDATE hook_deliveries SET tries = ?, again_at = ? WHERE target = ? AND seq = ?',
  );
  const hurry = db.prepare<[string]>('UPDATE hook_deliveries SET again_at = 0 WHERE target = ? AND again_at > 0');
  const trimOld = db.prepare<[string, number]>(
    'DELETE FROM hook_deliveries WHERE target = ? AND seq IN (SELECT seq FROM hook_events WHERE at < ?)',
  );
  const trimMany = db.prepare<{ target: string; most: number }>(
    `DELETE FROM hook_deliveries WHERE target = @target
  AND seq <= (SELECT seq FROM hook_deliveries WHERE target = @target ORDER BY seq DESC LIMIT 1 OFFSET @most)`,
  );
  return {
    keepHookTargets(targets: readonly HookTarget[]): null {
      forgetTargets.run();
      for (const { name, kinds } of targets) keepTarget.run(name, `,${kinds.join(',')},`);
      forgetOthers.run();
      tidy.run();
      return null;
    },
    noteHooks(events: Noted): null {
      for (const event of events) note.of(event);
      return null;
    },
    settleHooks(tries: readonly HookTry[]): null {
      for (const one of tries) {
        if (one.taken) {
          taken.run(one.target, one.seq);
          tidyOne.run(one.seq, one.seq);
        } else failed.run(one.tries, one.againAtMs, one.target, one.seq);
      }
      return null;
    },
    hurryHooks(target: string): null {
      hurry.run(target);
      return null;
    },
    trimHooks({ target, most, beforeMs }: HookOperations['trimHooks']['input']): Dropped {
      const tooOld = trimOld.run(target, beforeMs).changes;
      const tooMany = trimMany.run({ target, most }).changes;
      if (tooOld + tooMany > 0) tidy.run();
      return { tooMany, tooOld };
    },
  };
}
