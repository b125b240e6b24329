import type { Clock } from '../../words/clock.ts';
import { messageOf } from '../../words/thrown.ts';
import type { OutboxEntry, ReplicaStore } from '../ports/replica-store.ts';
import { StoreError } from '../ports/store-error.ts';

/**
 * Enough that a link of 40 ms a round trip carries 1,000 records a second: the end of an answered call is two changes, of its record and of
 * its price, and goes once. Each set is one transaction.
 */
const changesAtOnce = 4000;

export type OutboxOptions = {
  local: Pick<ReplicaStore, 'readOutbox' | 'settleOutbox'>;
  /** Writes all records to the system of record in one transaction, or rejects with a `StoreError` and writes none. */
  save: (entries: readonly OutboxEntry[]) => Promise<void>;
  clock: Pick<Clock, 'nowMs'>;
  onProblem: (text: string) => void;
  /** Waits a while for more; resolves early once `isOver`. */
  pause: () => Promise<void>;
  isOver: () => boolean;
};

type Refused = { callId: string; reason: string; atMs: number };

/**
 * Sends the call records queued in the local file, in their order, until `isOver`. While one set is under way the next is read and
 * the one before is settled. Rejects if either side fails.
 */
export async function sendOutbox(options: OutboxOptions): Promise<void> {
  const { local, pause, isOver } = options;
  let settled: Promise<void> = Promise.resolve();
  let after = 0;
  let page = await local.readOutbox(changesAtOnce, after);
  while (!isOver()) {
    const { entries, upTo } = page;
    if (upTo === null) {
      await settled;
      await pause();
      page = await local.readOutbox(changesAtOnce, after);
      continue;
    }
    after = upTo;
    const [refused, next] = await Promise.all([refusedOf(entries, options), local.readOutbox(changesAtOnce, after)]);
    await settled;
    settled = local.settleOutbox(upTo, refused);
    // Awaited at the next set; where the loop fails before, nobody does.
    settled.catch(() => undefined);
    page = next;
  }
  await settled;
}

/** Saves them together or, if that is refused, each half by itself, until what is refused is alone; answers that. */
async function refusedOf(entries: readonly OutboxEntry[], options: OutboxOptions): Promise<Refused[]> {
  const { save, clock, onProblem } = options;
  try {
    await save(entries);
    return [];
  } catch (error) {
    if (!concernsRecord(error)) throw error;
    const [only] = entries;
    if (only !== undefined && entries.length === 1) {
      const { callId } = only.record;
      const reason = messageOf(error);
      onProblem(`SQL Server refused the record of call ${callId}, which has been set aside: ${reason}`);
      return [{ callId, reason, atMs: clock.nowMs() }];
    }
  }
  const middle = Math.ceil(entries.length / 2);
  const first = await refusedOf(entries.slice(0, middle), options);
  return [...first, ...(await refusedOf(entries.slice(middle), options))];
}

function concernsRecord(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'invalid' || error.code === 'duplicate');
}
