import { afterEach, expect, it } from '@jest/globals';
import { fill, firstMs } from '../../scripts/bench/report-calls.ts';
import { sumsThread } from '../../src/controller/console-sums.ts';
import { openForWriting } from '../../src/store/sqlite/database.ts';
import { temporaryStores } from '../store/sqlite/temporary.ts';

const stores = temporaryStores();
let close: () => Promise<void> = () => Promise.resolve();
afterEach(() => close());

it('sums of one account or phone wait for none of all calls', async () => {
  const file = stores.aFile();
  await (await stores.open({ file })).close();
  const db = openForWriting({ file });
  fill(db, 50_000);
  db.close();
  const threads = sumsThread({ file, timeZone: 'UTC' });
  close = () => threads.close();
  const period = { fromMs: firstMs, untilMs: firstMs + 366 * 86_400_000 };
  const came: string[] = [];
  const ask = async (name: string, filters: object): Promise<void> => {
    await threads.sums({ period, groupings: ['month'], filters });
    came.push(name);
  };
  // Threads begin with the first question: loading is not what is compared.
  await Promise.all([ask('', {}), ask('', { accountId: 1 })]);
  came.length = 0;
  await Promise.all([
    ask('all', {}),
    ask('all', {}),
    ask('account', { accountId: 7 }),
    ask('phone', { extension: '201' }),
  ]);
  expect(came.slice(0, 2).sort()).toEqual(['account', 'phone']);
}, 60_000);
