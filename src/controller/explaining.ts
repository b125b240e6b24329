import { decideDry, watchedOf, type DryCall, type Verdict } from '../call/dry-call.ts';
import type { Config } from '../config/schema.ts';
import { formatMoment } from '../directory/moment.ts';
import type { FileStore } from '../store/sqlite/store.ts';
import { siteTimeIn } from '../words/zone.ts';
import { sessionSettings } from './call-settings.ts';
import { limitsOf, openBooks } from './limits.ts';
import { readWatch } from './watch.ts';

/** What a controller on this file would decide of a call. Only reads. */
export async function explainCall(config: Config, store: FileStore, call: DryCall): Promise<Verdict> {
  const settings = sessionSettings(config);
  const time = siteTimeIn(config.site.timeZone);
  const { atMs } = call;
  const books = await openBooks(config, store, atMs, async () =>
    readWatch(config, store, await watchedOf(call, store, settings), atMs),
  );
  return decideDry(call, {
    ...{ store, settings, books, limits: limitsOf(books, store, config), groups: store.limitGroups() },
    momentText: (ms: number) => formatMoment(ms, time),
  });
}
