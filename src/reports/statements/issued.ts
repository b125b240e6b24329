import { hash } from 'node:crypto';
import { minorDecimals } from '../../rating/currency.ts';
import { formatMicros } from '../../rating/money.ts';
import type { Period } from '../period.ts';
import type { CallsQuery, ReportedCall, ReportFilters } from '../report.ts';
import type { PayerKind } from './payer.ts';

/**
 * Statements that went out, and whether their calls still are what they were: a period that is re-rated, a call that is moved or corrected
 * afterwards would otherwise change what somebody has been asked to pay, and nobody would know.
 */

/** What the calls of a statement come to. */
export type CallsFigures = {
  calls: number;
  /** Exact micro-units, by currency in alphabetical order. */
  charges: readonly (readonly [currency: string, micros: bigint])[];
  /** The same for the same calls, times and charges, in whatever order they are read. */
  fingerprint: string;
};

/** By which it can be made again. */
export type AskedStatement = {
  by: PayerKind;
  layout: string;
  /** Of all statements that were made with it. */
  filters: ReportFilters;
  /** Of this one: one for each account of a client. */
  parts: readonly ReportFilters[];
};

export type IssuedStatement = CallsFigures & {
  number: string;
  /** UTC milliseconds. */
  issuedAtMs: number;
  /** The number that it takes the place of; empty: none. */
  corrects: string;
  /** `account 12`, `department 3`, `client acme`. */
  payer: string;
  name: string;
  client: string;
  period: Period;
  asked: AskedStatement;
  /** Mail address or file; empty: not known. */
  sentTo: string;
};

/** Where they are kept. */
export type IssuedStore = {
  save(issued: IssuedStatement): void;
  /** Those that nothing took the place of, the latest first. */
  standing(within?: Period): IssuedStatement[];
  /** With this number, the latest first. */
  numbered(number: string): IssuedStatement[];
};

/** One that no longer equals its calls. */
export type ChangedStatement = { issued: IssuedStatement; now: CallsFigures };

type CallsReader = { calls: (query: CallsQuery) => AsyncIterable<readonly ReportedCall[]> };

const wrapped = 1n << 64n;

/** Takes in calls as they come by. Numbers and names are no part of it: they may be shortened or erased, and the amount stays. */
export function createFigures(): { add: (call: ReportedCall) => void; figures: () => CallsFigures } {
  const charges = new Map<string, bigint>();
  let [count, mark] = [0, 0n];
  return {
    add({ callId, startedAtMs, billableMs, billedMs, currency, chargeMicros }) {
      count += 1;
      const line = JSON.stringify([callId, startedAtMs, billableMs, billedMs, currency, chargeMicros]);
      mark = (mark + BigInt(`0x${hash('sha256', line).slice(0, 16)}`)) % wrapped;
      if (currency !== null && chargeMicros !== null) {
        charges.set(currency, (charges.get(currency) ?? 0n) + BigInt(chargeMicros));
      }
    },
    figures: () => ({
      calls: count,
      charges: [...charges].sort(([a], [b]) => (a < b ? -1 : 1)),
      fingerprint: mark.toString(16),
    }),
  };
}

/** What its calls come to, each as `as` has it. */
async function figuresNow(
  { period, asked }: IssuedStatement,
  source: CallsReader,
  as: (call: ReportedCall) => ReportedCall = (call) => call,
): Promise<CallsFigures> {
  const { add, figures } = createFigures();
  for (const filters of asked.parts) {
    for await (const piece of source.calls({ period, filters })) for (const call of piece) add(as(call));
  }
  return figures();
}

/** Those of them that no longer equal their calls, in the same order. */
export async function changedOf(
  standing: readonly IssuedStatement[],
  source: CallsReader,
): Promise<ChangedStatement[]> {
  const changed: ChangedStatement[] = [];
  for (const issued of standing) {
    const now = await figuresNow(issued, source);
    if (now.fingerprint !== issued.fingerprint || now.calls !== issued.calls) changed.push({ issued, now });
  }
  return changed;
}

/** Who pays for a call, or did. */
export type Parties = { accountIds: readonly (number | null)[]; departmentIds: readonly (number | null)[] };

/** Whether calls of one of them may be in it. */
export const concerns = ({ asked }: IssuedStatement, { accountIds, departmentIds }: Parties): boolean =>
  asked.parts.some(
    ({ accountId, departmentId }) =>
      (accountId === undefined || accountIds.includes(accountId)) &&
      (departmentId === undefined || departmentIds.includes(departmentId)),
  );

export const partiesOf = (move: {
  fromAccountId: number | null;
  fromDepartmentId: number | null;
  toAccountId: number | null;
  toDepartmentId: number | null;
}): Parties => ({
  accountIds: [move.fromAccountId, move.toAccountId],
  departmentIds: [move.fromDepartmentId, move.toDepartmentId],
});

/** A change of a call's charge that is not made yet; null: it had, or will have, none. */
export type ForeseenChange = {
  callId: string;
  from: { currency: string; chargeMicros: number } | null;
  to: { currency: string; chargeMicros: number } | null;
};

/** Those of them that would no longer equal their calls, and what they would come to. */
export async function wouldChange(
  standing: readonly IssuedStatement[],
  changes: ReadonlyMap<string, ForeseenChange>,
  source: CallsReader,
): Promise<ChangedStatement[]> {
  const changed: ChangedStatement[] = [];
  for (const issued of changes.size === 0 ? [] : standing) {
    const concerned = new Set<string>();
    const now = await figuresNow(issued, source, (call) => {
      const change = changes.get(call.callId);
      if (change === undefined) return call;
      concerned.add(call.callId);
      return { ...call, ...(change.to ?? { currency: null, chargeMicros: null }) };
    });
    if (concerned.size > 0) changed.push({ issued, now });
  }
  return changed;
}

/** `1.50 EUR, 12.00 USD`; none: `nothing`. */
export const chargesText = (charges: CallsFigures['charges']): string =>
  charges
    .filter(([, micros], _, { length }) => micros !== 0n || length === 1)
    .map(([currency, micros]) => `${formatMicros(micros, minorDecimals(currency))} ${currency}`)
    .join(', ') || 'nothing';

/** `+1.50 EUR, -2.00 USD`; none: `the sum is the same`. */
export function differenceText(before: CallsFigures['charges'], after: CallsFigures['charges']): string {
  const [old, now] = [new Map(before), new Map(after)];
  const currencies = [...new Set([...old.keys(), ...now.keys()])].sort();
  const parts = currencies.flatMap((currency) => {
    const micros = (now.get(currency) ?? 0n) - (old.get(currency) ?? 0n);
    const sign = micros > 0n ? '+' : '';
    return micros === 0n ? [] : [`${sign}${formatMicros(micros, minorDecimals(currency))} ${currency}`];
  });
  return parts.length === 0 ? 'the sum is the same' : parts.join(', ');
}
