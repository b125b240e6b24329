import type { Result } from '../../words/result.ts';
import { messageOf } from '../../words/thrown.ts';
import type { ClaimedRun } from './shared-runs.ts';

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

/**
 * What was delivered and cannot be noted, as on a full disk, is delivered all the same: it is remembered until it can be, and nothing
 * else is found of it meanwhile.
 */
export function unforgetting(store: ReceiptStore): ReceiptStore {
  const unsaved = new Map<string, Receipt>();
  const keyOf = (schedule: string, dueAtMs: number, recipient: string): string => `${schedule} ${dueAtMs} ${recipient}`;
  function save(schedule: string, dueAtMs: number, receipt: Receipt): void {
    const key = keyOf(schedule, dueAtMs, receipt.recipient);
    if (receipt.deliveredAtMs !== null) unsaved.set(key, receipt);
    store.save(schedule, dueAtMs, receipt);
    unsaved.delete(key);
  }
  return {
    find(schedule, dueAtMs, recipient) {
      const kept = unsaved.get(keyOf(schedule, dueAtMs, recipient));
      if (kept === undefined) return store.find(schedule, dueAtMs, recipient);
      save(schedule, dueAtMs, kept);
      return kept;
    },
    save,
  };
}

/** What one recipient is to get. */
export type Parcel = Pick<Receipt, 'recipient' | 'name' | 'sentTo'> & {
  /** A refusal concerns this recipient alone; rejects where that may not be so: nothing may be deliverable at present. */
  send: () => Promise<Result<null>>;
};

export type HandOver = {
  schedule: string;
  dueAtMs: number;
  receipts: ReceiptStore;
  /** What other controllers have delivered of it; null: no other one has this schedule. */
  claimed?: ClaimedRun | null;
  nowMs: () => number;
  /** No further one is begun. */
  signal: AbortSignal;
};

const namedFailures = 3;
/** After so many that were no refusals, one after the other, nothing can be delivered at present, and the rest is for the next try. */
const rejectionsInARow = 3;
/** Stands in the receipt while a parcel is on its way, and after a crash on its way. */
const onItsWay = 'it is being sent; or the controller ended meanwhile, and it may have arrived';

/**
 * Delivers what is not delivered yet, one after the other, those first that were tried least: none keeps the others from getting theirs.
 * Rejects with one line if anything is left.
 */
export async function handOver(parcels: readonly Parcel[], options: HandOver): Promise<void> {
  const { schedule, dueAtMs, receipts, claimed = null, signal } = options;
  const all = parcels.map((parcel) => ({ parcel, before: receipts.find(schedule, dueAtMs, parcel.recipient) }));
  const isHere = ({ before }: (typeof all)[number]): boolean => before !== null && before.deliveredAtMs !== null;
  // What could not be noted for the others when it was sent.
  for (const { parcel } of all.filter(isHere))
    if (claimed?.isDelivered(parcel.recipient) === false) await claimed.noteDelivered(parcel.recipient);
  const waiting = all
    .filter((one) => !isHere(one) && claimed?.isDelivered(one.parcel.recipient) !== true)
    .map(({ parcel, before }) => ({ parcel, tries: before?.tries ?? 0 }))
    .sort((one, other) => one.tries - other.tries);
  const failures: string[] = [];
  let left = waiting.length;
  let rejections = 0;
  for (const { parcel, tries } of waiting) {
    if (signal.aborted) throw new Error('the controller was stopped');
    if (rejections === rejectionsInARow) break;
    const { problem, isRefusal } = await attempt(parcel, tries, options);
    rejections = isRefusal ? 0 : rejections + 1;
    if (problem === null) left -= 1;
    else failures.push(`${parcel.name}: ${problem}`);
  }
  if (left === 0) return;
  const named = failures.slice(0, namedFailures);
  const more = left - named.length;
  throw new Error(
    `${left} of ${parcels.length} not delivered: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
  );
}

type Attempt = { /** Null: delivered. */ problem: string | null; /** Of this recipient alone. */ isRefusal: boolean };

/** What cannot be noted before is not sent. */
async function attempt(
  { recipient, name, sentTo, send }: Parcel,
  triesBefore: number,
  { schedule, dueAtMs, receipts, claimed = null, nowMs }: HandOver,
): Promise<Attempt> {
  const note = (problem: string | null): void => {
    const triedAtMs = nowMs();
    const what = { recipient, name, sentTo, triedAtMs, tries: triesBefore + 1, error: problem };
    receipts.save(schedule, dueAtMs, { ...what, deliveredAtMs: problem === null ? triedAtMs : null });
  };
  try {
    await claimed?.hold();
    note(onItsWay);
  } catch (error) {
    return { problem: messageOf(error), isRefusal: false };
  }
  const sent = await send().then(
    (answer) => ({ problem: answer.ok ? null : answer.problem, isRefusal: true }),
    (error: unknown) => ({ problem: messageOf(error), isRefusal: false }),
  );
  try {
    note(sent.problem);
    if (sent.problem === null) await claimed?.noteDelivered(recipient);
    return sent;
  } catch (error) {
    if (sent.problem !== null) return sent;
    return { problem: `it was sent, and that cannot be noted: ${messageOf(error)}`, isRefusal: false };
  }
}
