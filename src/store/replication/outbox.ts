import type { Clock } from '../../words/clock.ts';
import { messageOf } from '../../words/thrown.ts';
import type { OutboxEntry, ReplicaStore } from '../ports/replica-store.ts';
import { StoreError } from '../ports/store-error.ts';

const recordsAtOnce = 50;

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

/** Sends the call records queued in the local file, until `isOver`. Rejects if either side fails. */
export async function sendOutbox({ local, save, clock, onProblem, pause, isOver }: OutboxOptions): Promise<void> {
  while (!isOver()) {
    const { entries, upTo } = await local.readOutbox(recordsAtOnce);
    if (upTo === null) await pause();
    else await local.settleOutbox(upTo, await refusedOf(entries));
  }

  /** Saves them together or, if that is refused, one by one; returns those that SQL Server refused. */
  async function refusedOf(
    entries: readonly OutboxEntry[],
  ): Promise<{ callId: string; reason: string; atMs: number }[]> {
    try {
      await save(entries);
      return [];
    } catch (error) {
      if (!concernsRecord(error)) throw error;
    }
    const refused: { callId: string; reason: string; atMs: number }[] = [];
    for (const entry of entries) {
      try {
        await saveOne(entry);
      } catch (error) {
        if (!concernsRecord(error)) throw error;
        const { callId } = entry.record;
        const reason = messageOf(error);
        onProblem(`SQL Server refused the record of call ${callId}, which has been set aside: ${reason}`);
        refused.push({ callId, reason, atMs: clock.nowMs() });
      }
    }
    return refused;
  }

  /** Two controllers may write the same call at the same moment; the second attempt finds the row there. */
  async function saveOne(entry: OutboxEntry): Promise<void> {
    try {
      await save([entry]);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'duplicate') throw error;
      await save([entry]);
    }
  }
}

function concernsRecord(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'invalid' || error.code === 'duplicate');
}
