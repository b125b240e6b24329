/** The thread that adds up calls for pages of the console. `console-sums.ts` starts it and is its other end. */
import { StoreError } from '../store/ports/store-error.ts';
import { loadSqlite } from '../store/sqlite/native.ts';
import { openLocalReports } from '../store/sqlite/reports/reports.ts';
import { insideThread } from '../threads/inside.ts';
import { runBehind } from '../threads/priority.ts';
import { messageOf } from '../words/thrown.ts';
import { zoneNamed } from '../words/zone.ts';
import { sumsNice } from './nice.ts';
import { sumsFrom, type FromSums, type SumsThreadData, type ToSums } from './console-sums.ts';

const thread = insideThread<SumsThreadData, ToSums, FromSums>('console-sums.ts', loadSqlite);
runBehind(sumsNice);
const source = openLocalReports(thread.data.file);
const sums = sumsFrom(source, zoneNamed(thread.data.timeZone));

thread.onMessage((message) => {
  if (message.kind === 'stop') {
    void source.close().finally(thread.close);
    return;
  }
  const { id, asked } = message;
  sums(asked).then(
    (summary) => thread.post({ kind: 'summed', id, summary }),
    (error: unknown) => {
      const code = error instanceof StoreError ? error.code : 'unavailable';
      thread.post({ kind: 'not-summed', id, code, why: messageOf(error) });
    },
  );
});
