/** The thread that shortens and removes what is old enough: no call waits for it. `scheduled.ts` is its other end. */
import { setTimeout as pause } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { loadSqlite } from '../../store/sqlite/native.ts';
import { openSharedRetention } from '../../store/sqlite/retention/store.ts';
import type { openSqlServerRetention } from '../../store/sqlserver/retention.ts';
import { insideThread } from '../../threads/inside.ts';
import { systemClock } from '../../words/clock.ts';
import { tidyUp, type RetentionPlan, type Round } from './round.ts';

export type RetentionThreadData = {
  plan: RetentionPlan;
  file: string;
  /** What the store's `shareWriter` answered. */
  writer: MessagePort;
  /** Null: none is configured. */
  sqlServer: Parameters<typeof openSqlServerRetention>[0] | null;
  firstMs: number;
  everyMs: number;
  pauseMs: number;
};
export type FromRetention = { kind: 'done'; round: Round };

/** Calls that are sent again after a restore of SQL Server are at most this old (sql/README.md, dbo.ControllerMarks). */
const lateMs = 40 * 86_400_000;

const thread = insideThread<RetentionThreadData, 'stop', FromRetention>('scheduled.ts', loadSqlite);
const { plan, file, writer, sqlServer, firstMs, everyMs, pauseMs } = thread.data;
const local = openSharedRetention(file, writer);
const state = { isStopping: false, fromMs: 0 };
let cancel = systemClock.after(firstMs, start);
let current: Promise<unknown> = Promise.resolve();

function start(): void {
  current = round();
}

async function round(): Promise<void> {
  const nowMs = systemClock.nowMs();
  const done = await tidyUp({
    ...{ plan, local, nowMs, fromMs: state.fromMs, pause: () => pause(pauseMs), isStopping: () => state.isStopping },
    openSqlServer:
      sqlServer === null
        ? null
        : async () => (await import('../../store/sqlserver/retention.ts')).openSqlServerRetention(sqlServer),
  });
  thread.post({ kind: 'done', round: done });
  // The first round of each start looks at everything.
  const longestDays = Math.max(plan.numbersDays, plan.digitsDays);
  if (done.problems.length === 0) state.fromMs = Math.max(0, nowMs - longestDays * 86_400_000 - lateMs);
  cancel = systemClock.after(everyMs, start);
}

thread.onMessage(() => {
  state.isStopping = true;
  cancel();
  void current.finally(() => {
    cancel();
    local.close();
    thread.close();
  });
});

await local.gone;
// The next thread gets a port to the next writer.
if (!state.isStopping) throw new Error('the thread that writes the local file died');
