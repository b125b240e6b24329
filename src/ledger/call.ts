import { hasTimedOut } from './ledger.ts';
import { paidBy, used, type Transfer, type TransferWhy, type Unit } from './transfer.ts';

/** What the ledger has of one call. */
export type CallInLedger = {
  callId: string;
  /** How many transfers there are of it. */
  transfers: number;
  /** Those that are not resolved, in the order in which they were made. */
  pending: readonly Transfer[];
  /** What it is known to have used, by who pays; corrections are in it. */
  posted: readonly Posted[];
};
export type Posted = { payer: string; unit: Unit; amount: number };
type Amount = { unit: Unit; amount: number };

/** What the call's record says. */
export type CallState =
  /** It may use so much, in all. */
  | { kind: 'up'; payer: string; reserved: readonly Amount[]; timesOutMs: number }
  /** It has used so much. */
  | { kind: 'over'; payer: string; used: readonly Amount[] };

/**
 * The transfers after which the ledger says what the record does, whatever it said before: a first end, a better one, a new price,
 * another payer. None: it does already. So whoever tells of a call, and how often, it is charged once.
 */
export function transfersFor(known: CallInLedger, state: CallState, atMs: number): Transfer[] {
  const plan: Plan = { known, payer: state.payer, atMs, made: [] };
  switch (state.kind) {
    case 'up':
      // Who pays is somebody else now: what the one before had reserved goes back as a whole.
      if (state.reserved.length > 0) giveBack(plan);
      for (const { unit, amount } of state.reserved) reserve(plan, unit, amount, state.timesOutMs);
      correct(plan, []);
      break;
    case 'over':
      correct(plan, resolve(plan, state.used));
      break;
  }
  return plan.made;
}

/** `transfers`: all that there are of the call, in their order. */
export function callInLedger(callId: string, transfers: readonly Transfer[]): CallInLedger {
  const resolved = new Set(transfers.map(({ pendingId }) => pendingId));
  const posted = new Map<string, Posted>();
  for (const transfer of transfers) {
    const { kind, unit } = transfer;
    if (kind === 'pending' || kind === 'void') continue;
    const { payer, amount } = paidBy(transfer);
    const key = `${unit} ${payer}`;
    const before = posted.get(key)?.amount ?? 0;
    posted.set(key, { payer, unit, amount: before + amount });
  }
  return {
    ...{ callId, transfers: transfers.length, posted: [...posted.values()] },
    pending: transfers.filter(({ kind, id }) => kind === 'pending' && !resolved.has(id)),
  };
}

type Plan = { known: CallInLedger; payer: string; atMs: number; made: Transfer[] };
type Made = Pick<Transfer, 'kind' | 'debit' | 'credit' | 'unit' | 'amount' | 'why'> &
  Partial<Pick<Transfer, 'pendingId' | 'timesOutMs'>>;

function add({ known, atMs, made }: Plan, transfer: Made): void {
  const { callId, transfers } = known;
  made.push({
    ...{ id: `${callId}/${transfers + made.length + 1}`, pendingId: null, timesOutMs: null, ...transfer },
    ...{ callId, madeAtMs: atMs, madeBy: '' },
  });
}

function giveBack(plan: Plan): void {
  const { known, payer } = plan;
  for (const { id: pendingId, debit, credit, unit } of known.pending) {
    if (debit !== payer) add(plan, { kind: 'void', debit, credit, unit, amount: 0, pendingId, why: 'unused' });
  }
}

/** What more it may use than was reserved before. */
function reserve(plan: Plan, unit: Unit, amount: number, timesOutMs: number): void {
  const { known, payer } = plan;
  const before = known.pending.reduce(
    (sum, other) => (other.unit === unit && other.debit === payer ? sum + other.amount : sum),
    0,
  );
  if (amount <= before) return;
  add(plan, {
    ...{ kind: 'pending', debit: payer, credit: used, unit, amount: amount - before },
    ...{ timesOutMs, why: 'reserved' },
  });
}

/** Posts what was used as far as it was reserved, and gives back the rest. Answers what the ledger should say, less what that posts. */
function resolve(plan: Plan, all: readonly Amount[]): Amount[] {
  const { known, payer, atMs } = plan;
  const left = new Map(all.map(({ unit, amount }) => [unit, amount]));
  const postedAlready = (unit: Unit): number =>
    known.posted.reduce((sum, other) => (other.payer === payer && other.unit === unit ? sum + other.amount : sum), 0);
  for (const pending of known.pending) {
    const { id: pendingId, debit, credit, unit } = pending;
    const owed = (left.get(unit) ?? 0) - postedAlready(unit);
    const isLate = hasTimedOut(pending, atMs);
    const amount = debit === payer && !isLate ? Math.min(Math.max(0, owed), pending.amount) : 0;
    if (amount === 0) {
      add(plan, {
        ...{ kind: 'void', debit, credit, unit, amount: 0, pendingId },
        why: isLate ? 'timed-out' : 'unused',
      });
    } else {
      add(plan, { kind: 'post', debit, credit, unit, amount, pendingId, why: 'used' });
      left.set(unit, (left.get(unit) ?? 0) - amount);
    }
  }
  return [...left].map(([unit, amount]) => ({ unit, amount }));
}

/** What is posted is made what it should be, whoever it was charged to. `owed`: of the payer. */
function correct(plan: Plan, owed: readonly Amount[]): void {
  const { known, payer } = plan;
  const due = new Map<string, Posted>();
  const put = (account: string, unit: Unit, amount: number): void => {
    const key = `${unit} ${account}`;
    due.set(key, { payer: account, unit, amount: (due.get(key)?.amount ?? 0) + amount });
  };
  for (const { unit, amount } of owed) put(payer, unit, amount);
  for (const { payer: account, unit, amount } of known.posted) put(account, unit, -amount);
  const why = whyOf(plan);
  // What is given back comes first: a move charges nobody twice, not even for a moment.
  for (const { payer: account, unit, amount } of [...due.values()].sort((a, b) => a.amount - b.amount)) {
    if (amount < 0)
      add(plan, { kind: 'single', debit: used, credit: account, unit, amount: -amount, why: 'correction' });
    if (amount > 0) add(plan, { kind: 'single', debit: account, credit: used, unit, amount, why });
  }
}

function whyOf({ known }: Plan): TransferWhy {
  if (known.posted.length > 0) return 'correction';
  return known.transfers > 0 ? 'used-beyond' : 'used';
}
