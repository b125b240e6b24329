import { isCurrency } from '../../rating/currency.ts';
import { formatDecimal, formatMoney } from '../../rating/money.ts';
import { leftOf } from '../../ledger/ledger.ts';
import { paidBy, type Unit } from '../../ledger/transfer.ts';
import type { AccountBalance, LedgerEntry, LedgerVerdict } from '../../store/ports/ledger.ts';

/** An amount in words: `0.12 CHF`, `60 s`, `3 calls`. */
export function amountText(amount: number, unit: Unit): string {
  if (unit === 'seconds') return `${formatDecimal(amount, 3)} s`;
  if (unit === 'calls') return `${amount} ${amount === 1 ? 'call' : 'calls'}`;
  return isCurrency(unit) ? formatMoney(amount, unit) : `${amount} ${unit}`;
}

/** `hasBalance`: it is prepaid. Of any other account with nothing paid in, what is left says nothing. */
export function balanceRows(balances: readonly AccountBalance[], hasBalance: boolean): string[][] {
  return [
    ['UNIT', 'USED', 'RESERVED', 'PAID IN', 'LEFT'],
    ...balances.map(({ unit, balance }) => {
      const { debitsPosted, debitsPending, creditsPosted } = balance;
      const saysLeft = isCurrency(unit) && (hasBalance || creditsPosted > 0);
      const texts = [debitsPosted, debitsPending, creditsPosted].map((amount) => amountText(amount, unit));
      return [unit, ...texts, saysLeft ? amountText(leftOf(balance), unit) : ''];
    }),
  ];
}

export function entryRows(entries: readonly LedgerEntry[]): string[][] {
  return [
    ['SEQ', 'AT', 'WHAT', 'AMOUNT', 'CALL', 'BY'],
    ...entries.map((entry) => {
      const { seq, madeAtMs, why, callId, madeBy } = entry;
      return [String(seq), new Date(madeAtMs).toISOString(), why, signedText(entry), callId ?? '', madeBy];
    }),
  ];
}

/** Seen from the account: what it pays is more than nothing. */
function signedText(entry: LedgerEntry): string {
  return entry.kind === 'void' ? '' : amountText(paidBy(entry).amount, entry.unit);
}

export function verdictLines({ transfers, pending, totals, hash, problems }: LedgerVerdict): string[] {
  return [
    `${transfers} transfers, ${pending} reservations of calls that are up`,
    ...totals.map(
      ({ unit, debits, credits }) =>
        `${unit}: debits ${amountText(debits, unit)}, credits ${amountText(credits, unit)}`,
    ),
    `last hash ${hash}`,
    ...problems.map(({ kind, problem }) => `WRONG (${kind}): ${problem}`),
    problems.length === 0 ? 'The ledger is sound, and says what the call records do.' : 'The ledger is NOT sound.',
  ];
}
