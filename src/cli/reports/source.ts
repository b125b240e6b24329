import type { Config } from '../../config/schema.ts';
import type { Period } from '../../reports/period.ts';
import type { CallsQuery, ReportSource } from '../../reports/report.ts';
import { StoreError } from '../../store/ports/store-error.ts';
import { openUpkeep } from '../../store/sqlite/reports/hours/upkeep.ts';
import { openLocalReports } from '../../store/sqlite/reports/reports.ts';
import { openLocalStore } from '../../store/sqlite/store.ts';
import { isConfigured } from '../../store/sqlserver/settings.ts';
import type { Progress } from '../progress.ts';
import { existingFile } from '../store-command.ts';
import { sqlServerConfig } from '../sqlserver/config.ts';

/** SQL Server where one is configured, else the local file. */
export async function openSource(config: Config): Promise<ReportSource> {
  if (isConfigured(config.sqlserver)) {
    const { openSqlServerStore } = await import('../../store/sqlserver/store.ts');
    return openSqlServerStore(sqlServerConfig(config));
  }
  const file = existingFile(config);
  // Brings its schema up to date, as every command does.
  await (await openLocalStore({ file })).close();
  return openLocalReports(file);
}

/** Without a controller on the file, nobody else lays calls by for the next report. */
export function layBy(file: string) {
  return async (period: Period, progress: Progress): Promise<void> => {
    const upkeep = openUpkeep(file);
    try {
      await upkeep.layBy(period, Date.now(), {
        onProgress: (done, of) => progress.show('Preparing hours', done, of),
      });
    } catch (error) {
      // A controller may be doing so, or the disk be full: the figures are the same without.
      if (!(error instanceof StoreError)) throw error;
    } finally {
      upkeep.close();
    }
  };
}

/** Shows how many of the calls that a report lists were read. */
export function watched(source: ReportSource, progress: Progress): ReportSource {
  let done = 0;
  let of: number | null = null;
  return {
    ...source,
    async *calls(query) {
      // A statement asks for one account after the other.
      const filters = { ...query.filters };
      delete filters.accountId;
      delete filters.departmentId;
      of ??= await countOf(source, { ...query, filters });
      for await (const piece of source.calls(query)) {
        yield piece;
        done += piece.length;
        progress.show('Calls', done, of);
      }
    },
  };
}

async function countOf(source: ReportSource, { period, filters, limit = Infinity }: CallsQuery): Promise<number> {
  let count = 0;
  for await (const { calls } of source.summarize({ period, groupings: ['outcome'], filters })) count += calls;
  return Math.min(count, limit);
}
