import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { prepareSet, prepareSetting } from './settings.ts';

/** Settings that triggers set, each time to another value, whenever what is remembered under them is changed, by whatever process. */
export type ChangedSetting = 'limits.version' | 'rates.changed' | 'extensions.changed';

/**
 * Makes a function to be called before anything that is remembered of the file is used: it calls `forget` where that was changed since
 * the last time. What is read of the file after it may be newer, and is forgotten the next time; what was undone is, too.
 */
export function forgettingWhatChanged(db: Database, setting: ChangedSetting, forget: () => void): () => void {
  const changed = prepareSetting(db);
  let known: string | null = null;
  return () => {
    const now = changed.get(setting) ?? '';
    if (now === known) return;
    forget();
    known = now;
  };
}

/** Makes a function that says so where no trigger does. */
export function prepareChanged(db: Database, setting: ChangedSetting): () => void {
  const set = prepareSet(db);
  return () => void set.run(setting, randomUUID());
}
