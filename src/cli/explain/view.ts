import { labelled } from '../directory/show.ts';
import { formatMoney } from '../../rating/money.ts';
import { priceText } from '../rates/view.ts';
import type { LimitState } from '../../policy/limits/explain.ts';
import type { Verdict } from '../../call/dry-call.ts';

const decisions: Readonly<Record<Verdict['decision'], string>> = {
  allowed: 'allowed',
  refused: 'refused',
  'code-asked': 'a code would be asked for',
};

function limitText({ party, allowed, used, currency }: LimitState): string {
  const text = (value: number | string): string =>
    currency === undefined ? String(value) : formatMoney(Number(value), currency);
  if (used === null) return `${party}: ${text(allowed)}`;
  const left = currency === undefined ? leftOf(Number(allowed), used) : Math.max(0, Number(allowed) - used);
  return `${party}: ${text(allowed)}, ${text(used)} used, ${text(left)} left`;
}

const leftOf = (allowed: number, used: number): number => Math.max(0, Math.floor((allowed - used) * 100) / 100);

function talkText({ decision, longestSeconds }: Verdict): string {
  if (decision !== 'allowed') return '';
  return longestSeconds === null ? 'without end' : `${longestSeconds} s`;
}

/** Lines of `label: value`. */
export function verdictLines(verdict: Verdict): string[] {
  const {
    number,
    e164,
    callType,
    at,
    account,
    extension,
    decision,
    reason,
    rule,
    limits,
    reserves,
    level,
    codeLater,
    confirms,
    hearsBalance,
  } = verdict;
  const shown = e164 === null || e164 === number ? number : `${number} = ${e164}`;
  return labelled([
    ['number', `${shown}, ${callType ?? 'not in the dial plan'}`],
    ['at', at],
    ['account', account ?? ''],
    ['extension', extension ?? ''],
    ...(level === null
      ? []
      : [['level demanded', `${level.demanded} by ${level.by}, account has ${level.account ?? '-'}`] as const]),
    ...limits.map((state) => [state.limit, limitText(state)] as const),
    ['decision', reason === null ? decisions[decision] : `${decisions[decision]}, ${reason}`],
    ...(codeLater ? [['code later', 'yes: # alone places it'] as const] : []),
    ['rule', rule ?? ''],
    ...(hearsBalance === null
      ? []
      : [['caller hears', `balance ${hearsBalance.amount} ${hearsBalance.currency}`] as const]),
    ...(confirms === null ? [] : [['caller confirms', `${confirms.amount} ${confirms.currency} a minute`] as const]),
    ['longest talk', talkText(verdict)],
    ...(reserves === null ? [] : [['reserves', formatMoney(reserves.amountMicros, reserves.currency)] as const]),
    ['price a minute', verdict.minutePrice === null ? '' : priceText(verdict.minutePrice)],
    ['price at most', verdict.longestPrice === null ? '' : priceText(verdict.longestPrice)],
  ]);
}
