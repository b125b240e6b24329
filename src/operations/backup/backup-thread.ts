/** The thread that takes scheduled backups, which read the whole file: no call waits for it. `scheduled.ts` is its other end. */
import { loadSqlite } from '../../store/sqlite/native.ts';
import { insideThread } from '../../threads/inside.ts';
import { systemClock } from '../../words/clock.ts';
import { messageOf } from '../../words/thrown.ts';
import { listBackups } from './names.ts';
import { takeBackup, type BackupPlan, type TakenBackup } from './take.ts';

export type BackupThreadData = BackupPlan & { everyMs: number; firstMs: number };

export type FromBackups =
  | { kind: 'newest'; takenAtMs: number | null }
  | { kind: 'taken'; backup: TakenBackup; tookMs: number }
  | { kind: 'failed'; why: string };

const hourMs = 3_600_000;
/** After one that failed: a disk may have been mended meanwhile. */
const againMs = 600_000;

const thread = insideThread<BackupThreadData, 'stop', FromBackups>('scheduled.ts', loadSqlite);
const { everyMs, firstMs, ...plan } = thread.data;
let cancel = systemClock.after(firstMs, start);
let current: Promise<unknown> = Promise.resolve();

async function round(): Promise<void> {
  let waitMs = againMs;
  try {
    const nowMs = systemClock.nowMs();
    const newest = listBackups(plan.folder, plan.controller)[0]?.takenAtMs ?? null;
    thread.post({ kind: 'newest', takenAtMs: newest });
    // One of the future is of a clock that was set back since.
    const dueMs = newest === null || newest > nowMs ? nowMs : newest + everyMs;
    if (dueMs <= nowMs) await take(nowMs);
    waitMs = dueMs <= nowMs ? everyMs : dueMs - nowMs;
  } catch (error) {
    thread.post({ kind: 'failed', why: messageOf(error) });
  }
  // A timer holds 24 days at most, and does not see that the clock was set.
  cancel = systemClock.after(Math.min(waitMs, hourMs), start);
}

function start(): void {
  current = round();
}

async function take(nowMs: number): Promise<void> {
  const begunMs = systemClock.monotonicMs();
  const backup = await takeBackup(plan, nowMs);
  thread.post({ kind: 'taken', backup, tookMs: Math.round(systemClock.monotonicMs() - begunMs) });
}

thread.onMessage(() => {
  cancel();
  void current.finally(() => thread.close());
});
