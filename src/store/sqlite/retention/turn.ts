import type { Database } from 'better-sqlite3';
import type { Tidied } from '../../ports/retention.ts';
import { prepareSet } from '../settings.ts';

/**
 * Makes a function that goes on with calls from where the last transaction ended, which the setting of this name says: a crash costs
 * nothing, and no call is looked at twice. A trigger sets the place back for a call that comes later (0024-retention.sql).
 */
export function prepareTurn(db: Database, name: 'retention.numbers' | 'retention.codes') {
  const place = db.prepare<[string], number>('SELECT CAST(value AS INTEGER) FROM settings WHERE name = ?').pluck();
  const move = prepareSet(db);
  return (beforeMs: number, limit: number, work: (fromMs: number) => readonly { startedAtMs: number }[]): Tidied => {
    const fromMs = place.get(name) ?? 0;
    if (fromMs >= beforeMs) return { calls: 0, done: true };
    const calls = work(fromMs);
    const done = calls.length < limit;
    // Others may have started at the same moment as the last one.
    const reachedMs = done ? beforeMs : (calls.at(-1)?.startedAtMs ?? fromMs);
    if (reachedMs !== fromMs) move.run(name, String(reachedMs));
    return { calls: calls.length, done };
  };
}
