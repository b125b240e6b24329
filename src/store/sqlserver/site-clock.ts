import sql from 'mssql';
import type { Zone } from '../../words/zone.ts';
import { migrationLock } from './migrate.ts';
import { within } from './transaction.ts';
import { requestOn } from './request.ts';

type Change = { fromMs: number; offsetMinutes: number };

const minuteMs = 60_000;
const stepMs = 7 * 86_400_000;
const first = Date.UTC(2000, 0, 1);
const last = Date.UTC(2060, 0, 1);

/** When the clocks of a zone change from 2000 to 2060, as far as anyone knows. The first is where they stand in 2000. */
export function clockChanges(zone: Zone): Change[] {
  const offsetAt = (ms: number): number => Math.round(zone.offsetMs(ms) / minuteMs);
  const changes: Change[] = [{ fromMs: first, offsetMinutes: offsetAt(first) }];
  for (let ms = first; ms < last; ms += stepMs) {
    if (offsetAt(ms) === offsetAt(ms + stepMs)) continue;
    // Clocks change at whole minutes.
    let [before, after] = [ms / minuteMs, (ms + stepMs) / minuteMs];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (offsetAt(middle * minuteMs) === offsetAt(ms)) before = middle;
      else after = middle;
    }
    changes.push({ fromMs: after * minuteMs, offsetMinutes: offsetAt(ms + stepMs) });
  }
  return changes;
}

/** Makes dbo.SiteClock say what the zone's clocks do: T-SQL of SQL Server 2008 knows no time zones. Rejects with a `StoreError`. */
export function writeSiteClock(pool: sql.ConnectionPool, where: string, zone: Zone): Promise<void> {
  const changes = clockChanges(zone);
  return within(pool, where, 'The site’s clock', async (transaction) => {
    // Someone else may do so at the same moment: the second one finds it done. A change writes every date of dbo.Dates anew.
    await requestOn(transaction).batch(migrationLock);
    if (isSame(await written(transaction), changes)) return;
    await requestOn(transaction).query('DELETE FROM dbo.SiteClock');
    const request = requestOn(transaction);
    const rows = changes.map(({ fromMs, offsetMinutes }, at) => {
      request.input(`from${at}`, sql.DateTime2(3), new Date(fromMs)).input(`offset${at}`, sql.Int(), offsetMinutes);
      return `(@from${at}, @offset${at})`;
    });
    await request.query(`INSERT INTO dbo.SiteClock (ValidFrom, OffsetMinutes) VALUES ${rows.join(', ')}`);
  });
}

/** Whether dbo.SiteClock says what the zone's clocks do. */
export async function siteClockState(pool: sql.ConnectionPool, zone: Zone): Promise<'right' | 'empty' | 'other-zone'> {
  const there = await written(pool);
  if (there.length === 0) return 'empty';
  return isSame(there, clockChanges(zone)) ? 'right' : 'other-zone';
}

async function written(on: Pick<sql.ConnectionPool, 'request'>): Promise<Change[]> {
  const { recordset } = await on
    .request()
    .query<{ ValidFrom: Date; OffsetMinutes: number }>(
      'SELECT ValidFrom, OffsetMinutes FROM dbo.SiteClock ORDER BY ValidFrom',
    );
  return recordset.map(({ ValidFrom, OffsetMinutes }) => ({
    fromMs: ValidFrom.getTime(),
    offsetMinutes: OffsetMinutes,
  }));
}

const isSame = (there: readonly Change[], changes: readonly Change[]): boolean =>
  JSON.stringify(there) === JSON.stringify(changes);
