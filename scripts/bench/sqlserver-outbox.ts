import { setTimeout as pause } from 'node:timers/promises';
import type sql from 'mssql';
import { countryFinder } from '../../src/reports/country.ts';
import { saveRecords } from '../../src/store/sqlserver/records/commit.ts';
import { parametersOf, sentBy, type SentRecord } from '../../src/store/sqlserver/records/rows.ts';
import { bulkOf } from '../../src/store/sqlserver/records/sets.ts';
import { closedRecord } from '../../tests/store/records.ts';
import { ratioOf, showSpread, spreadOf, showNumber, type Goal, type Table } from './measure.ts';
import type { BenchOptions } from './options.ts';

const setOf = 2000;
const perRound = 10_000;

/** Records a second as controllers send them, in sets, beside a bulk load of the same rows into the same table. */
export async function outboxBesideBulk(
  pool: sql.ConnectionPool,
  { rounds, say }: BenchOptions,
): Promise<{ table: Table; goal: Goal; rounds: unknown }> {
  const sentOf = sentBy(countryFinder());
  const setsOf = (name: string): SentRecord[][] =>
    Array.from({ length: perRound / setOf }, (_, set) =>
      Array.from({ length: setOf }, (__, at) => sentOf(closedRecord(`${name}-${set * setOf + at}`), null)),
    );
  const perSecondOf = async (
    name: string,
    write: (set: readonly SentRecord[]) => Promise<unknown>,
  ): Promise<number> => {
    const sets = setsOf(name);
    const startedAt = performance.now();
    for (const set of sets) await write(set);
    const seconds = (performance.now() - startedAt) / 1000;
    await pool.request().query(`DELETE FROM dbo.CallRecords WHERE CallId LIKE '${name}-%'`);
    // What the server does behind a delete is not to count for the next one.
    await pause(1000);
    return perRound / seconds;
  };
  const [sent, loaded]: [number[], number[]] = [[], []];
  // One more to warm up.
  for (let round = 0; round <= rounds; round += 1) {
    const mine = await perSecondOf('sent', (set) => saveRecords(pool, 'bench', set));
    const theirs = await perSecondOf('loaded', (set) =>
      pool.request().bulk(bulkOf('dbo.CallRecords', set.map(parametersOf))),
    );
    if (round === 0) continue;
    sent.push(mine);
    loaded.push(theirs);
  }
  const ratio = ratioOf(sent, loaded);
  say(`outbox: ${showSpread(spreadOf(sent))} records/s, bulk load ${showSpread(spreadOf(loaded))}`);
  return {
    table: {
      title: `Records a second, ${perRound.toLocaleString('en-US')} in sets of ${setOf.toLocaleString('en-US')}`,
      rows: [
        ['outbox', 'bulk load by hand', 'times'],
        [showSpread(spreadOf(sent)), showSpread(spreadOf(loaded)), showSpread(ratio)],
      ],
    },
    goal: {
      what: 'records by the outbox',
      goal: 'at least 0.7 times a bulk load by hand',
      measured: `${showNumber(ratio.median)} times`,
      met: ratio.median >= 0.7,
    },
    rounds: { sent, loaded },
  };
}
