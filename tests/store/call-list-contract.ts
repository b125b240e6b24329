import { expect, it } from '@jest/globals';
import type { ReportedCall, ReportFilters, ReportSource } from '../../src/reports/report.ts';
import type { CallRecordStore } from '../../src/store/ports/call-records.ts';
import { filteredFields, listedFields } from '../../src/words/call-record.ts';
import { call } from '../reports/site.ts';
import { fullRecord } from './records.ts';

type Listing = { store: Pick<CallRecordStore, 'save'>; source: Pick<ReportSource, 'calls' | 'summarize' | 'close'> };

const period = { fromMs: 0, untilMs: 4_000_000_000_000 };

/** What every store lists of calls. `open` answers a new, empty store, and what reads reports from it. */
export function callListContract(open: () => Promise<Listing>): void {
  it('lists each field of a call that its table has listed, and finds it by each that is filtered', async () => {
    const { store, source } = await open();
    const record = fullRecord();
    await store.save(record);
    await store.save(call('other', record.startedAtMs, { gateway: 'other' }));
    const listed = async (filters: ReportFilters): Promise<ReportedCall[]> => {
      const calls: ReportedCall[] = [];
      for await (const piece of source.calls({ period, filters })) calls.push(...piece);
      return calls;
    };
    const counted = async (filters: ReportFilters): Promise<number> => {
      let count = 0;
      for await (const { calls } of source.summarize({ period, groupings: [], filters })) count += calls;
      return count;
    };
    expect(await counted({})).toBe(2);
    for (const field of filteredFields) {
      const [found, ...more] = await listed({ [field]: record[field] });
      expect({ field, more }).toEqual({ field, more: [] });
      expect(found).toMatchObject(Object.fromEntries(listedFields.map((name) => [name, record[name]])));
      expect({ field, calls: await counted({ [field]: record[field] }) }).toEqual({ field, calls: 1 });
      expect(await listed({ [field]: 'something else' })).toEqual([]);
    }
    await source.close();
  });

  it('lists the latest calls first, and goes on behind any of them, each once', async () => {
    const { store, source } = await open();
    // Two that started at the same moment are told apart by their ids.
    const starts = [1_000, 2_000, 2_000, 2_000, 3_000].map((ms) => 1_769_000_000_000 + ms);
    for (const [at, startedAtMs] of starts.entries()) await store.save(call(`call-${at}`, startedAtMs, {}));
    const page = async (after?: ReportedCall): Promise<ReportedCall[]> => {
      const calls: ReportedCall[] = [];
      const query = {
        period,
        filters: {},
        order: 'latest',
        limit: 2,
        ...(after === undefined ? {} : { after }),
      } as const;
      for await (const piece of source.calls(query)) calls.push(...piece);
      return calls;
    };
    const seen: string[] = [];
    for (let calls = await page(); calls.length > 0; calls = await page(calls.at(-1))) {
      seen.push(...calls.map(({ callId }) => callId).filter((id) => id.startsWith('call-')));
    }
    expect(seen).toEqual(['call-4', 'call-3', 'call-2', 'call-1', 'call-0']);
    await source.close();
  });
}
