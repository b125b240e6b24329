import type { Config } from '../config/schema.ts';
import { openRefuge } from '../records/refuge.ts';
import { watchPlace } from '../store/sqlite/place.ts';
import { watchSoundness } from '../store/sqlite/soundness-watch.ts';
import { openLocalStore, type LocalStore } from '../store/sqlite/store.ts';
import type { CallRecord } from '../words/call-record.ts';
import type { Clock } from '../words/clock.ts';
import { watchDataFolder, type FileTrouble } from './data-folder.ts';
import { cannotOpen, databaseFile } from './database-file.ts';
import { guardStore } from './guarded-store.ts';
import type { Log } from './log.ts';
import { pricingRules } from './pricing-rules.ts';

/** The database in the data folder, watched over. */
export type LocalFile = {
  store: LocalStore;
  trouble(): FileTrouble | null;
  /** Stops looking after it, and answers the records that are nowhere yet but in memory. */
  leave(): Promise<CallRecord[]>;
  close(): Promise<void>;
};

/** Rejects with one line that names the setting. */
export async function openLocalFile(config: Config, clock: Clock, log: Log): Promise<LocalFile> {
  const file = databaseFile(config);
  const store = await openStore(config, file);
  const place = await watchPlace(file);
  const refuge = openRefuge(config.data.dir, () => clock.nowMs());
  const guarded = guardStore(store, refuge, (why) => watch.damaged(why));
  const copyTo = (to: string): Promise<void> => store.copyTo(to);
  const watch = watchDataFolder({ ...{ file, guarded, copyTo, refuge, clock, log }, look: () => place.look() });
  const soundness = watchSoundness(file, clock, (found) => {
    if (found.kind === 'damaged') void watch.damagedIfThere(found.why);
  });
  return {
    store: guarded.store,
    trouble: () => watch.trouble(),
    async leave() {
      await Promise.all([watch.stop(), soundness.stop()]);
      await refuge.close();
      return guarded.waiting();
    },
    async close() {
      await store.close();
      place.close();
    },
  };
}

async function openStore(config: Config, file: string): Promise<LocalStore> {
  try {
    return await openLocalStore({ file, rules: pricingRules(config) });
  } catch (error) {
    throw cannotOpen(config, error);
  }
}

/** Where nothing was recorded yet. */
export async function closeLocalFile(local: LocalFile): Promise<void> {
  await local.leave();
  await local.close();
}
