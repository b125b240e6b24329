import type { Config } from '../config/schema.ts';
import { createUsageBook, type BookSettings, type UsageBook } from '../policy/limits/book.ts';
import { startOfDay, wallClock } from '../reports/period.ts';
import { siteTimeOf, zoneNamed, type Zone } from '../words/zone.ts';
import type { CallRecordReader } from '../store/ports/call-records.ts';
import type { UsageReader } from '../store/ports/usage.ts';
import type { LocalStore } from '../store/sqlite/store.ts';
import type { CallRecord } from '../words/call-record.ts';

/** How much the site may call, by its configuration. */
function bookSettings({ limits, call }: Config, zone: Zone): BookSettings {
  const orNone = (limit: number): number | null => (limit === 0 ? null : limit);
  return {
    time: siteTimeOf(zone),
    site: {
      longestCallMinutes: call.maxTalkSeconds === 0 ? null : call.maxTalkSeconds / 60,
      callsAtATime: orNone(limits.callsAtATime),
      callsPerMinute: orNone(limits.callsPerMinute),
      minutesPerDay: orNone(limits.minutesPerDay),
      minutesPerMonth: orNone(limits.minutesPerMonth),
      callingHours: limits.callingHours,
    },
  };
}

/** The counters of this controller, with what its records say of this day and month. Before the first call comes in. */
export async function openUsageBook(
  config: Config,
  store: UsageReader & Pick<CallRecordReader, 'listCallRecords'>,
  nowMs: number,
): Promise<UsageBook> {
  const zone = zoneNamed(config.site.timeZone);
  const book = createUsageBook(bookSettings(config, zone));
  const { year, month, day } = wallClock(nowMs, zone);
  const used = await store.usedTime({
    dayMs: startOfDay(year, month, day, zone),
    monthMs: startOfDay(year, month, 1, zone),
  });
  const open = await store.listCallRecords({ open: true });
  book.restore(used, open.filter(isCounted), nowMs);
  return book;
}

/** A call that was placed, and for which limits count. */
const isCounted = ({ bridgedAtMs, callType }: CallRecord): boolean => bridgedAtMs !== null && callType !== 'emergency';

/** The store, which tells the book of every call that ends, whoever closes its record. */
export function tellingOfEnds(store: LocalStore, book: UsageBook): LocalStore {
  return {
    ...store,
    save(record, when) {
      const { callId, billableMs, closedBy, endedAtMs } = record;
      if (endedAtMs !== null) book.ended({ callId, billableMs, isFinal: closedBy === 'event' });
      return store.save(record, when);
    },
  };
}
