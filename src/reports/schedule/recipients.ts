import type { Result } from '../../words/result.ts';

/** What became of a scheduled report for one recipient. */
export type Receipt = {
  /** Who, the same at each try: `account 12 anna@example.org`. */
  recipient: string;
  /** As people call them. */
  name: string;
  /** Mail address or file; empty: there is none. */
  sentTo: string;
  tries: number;
  triedAtMs: number;
  /** Null: not yet. */
  deliveredAtMs: number | null;
  /** Why the last try failed. */
  error: string | null;
};

/** Where receipts are kept, by schedule and the moment it was due, so that nobody gets anything twice. */
export type ReceiptStore = {
  find(schedule: string, dueAtMs: number, recipient: string): Receipt | null;
  save(schedule: string, dueAtMs: number, receipt: Receipt): void;
};

/** What one recipient is to get. */
export type Parcel = Pick<Receipt, 'recipient' | 'name' | 'sentTo'> & {
  /** A refusal concerns this recipient alone; rejects where nothing can be delivered at present. */
  send: () => Promise<Result<null>>;
};

export type HandOver = {
  schedule: string;
  dueAtMs: number;
  receipts: ReceiptStore;
  nowMs: () => number;
  /** No further one is begun. */
  signal: AbortSignal;
};

const namedFailures = 3;

/** Delivers what is not delivered yet, one after the other. Rejects with one line if anything is left. */
export async function handOver(parcels: readonly Parcel[], options: HandOver): Promise<void> {
  const { schedule, dueAtMs, receipts, signal } = options;
  const failures: string[] = [];
  for (const parcel of parcels) {
    const before = receipts.find(schedule, dueAtMs, parcel.recipient);
    if (before !== null && before.deliveredAtMs !== null) continue;
    if (signal.aborted) throw new Error('the controller was stopped');
    const problem = await attempt(parcel, before?.tries ?? 0, options);
    if (problem !== null) failures.push(`${parcel.name}: ${problem}`);
  }
  if (failures.length === 0) return;
  const more = failures.length - namedFailures;
  const named = failures.slice(0, namedFailures).join('; ');
  throw new Error(
    `${failures.length} of ${parcels.length} not delivered: ${named}${more > 0 ? `; and ${more} more` : ''}`,
  );
}

/** Null: delivered. */
async function attempt(
  { recipient, name, sentTo, send }: Parcel,
  triesBefore: number,
  { schedule, dueAtMs, receipts, nowMs }: HandOver,
): Promise<string | null> {
  const sent = await send();
  const triedAtMs = nowMs();
  receipts.save(schedule, dueAtMs, {
    ...{ recipient, name, sentTo, triedAtMs, tries: triesBefore + 1 },
    ...(sent.ok ? { deliveredAtMs: triedAtMs, error: null } : { deliveredAtMs: null, error: sent.problem }),
  });
  return sent.ok ? null : sent.problem;
}
