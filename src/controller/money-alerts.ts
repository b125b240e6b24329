import type { MoneyBook, MoneyParties } from '../policy/limits/money-book.ts';
import type { CallCost } from '../policy/limits/money.ts';
import { createMoneyWarnings, type MoneyWarning } from '../policy/limits/money-warnings.ts';
import { formatMoney } from '../rating/money.ts';
import type { AlertFields, NewAlert } from '../words/alert.ts';

/** Tells of amounts that have come to `percent` of what may be spent, and of calls that were refused because nothing is left. */
export function tellingOfMoney(money: MoneyBook, percent: number, tell: (alert: NewAlert) => void) {
  const warnings = createMoneyWarnings(percent);
  type Call = { parties: MoneyParties; cost: CallCost };
  return (callId: string, { parties, cost }: Call, isRefused: boolean, nowMs: number): void => {
    if (cost.kind !== 'priced') return;
    const { currency } = cost;
    for (const warning of warnings(money.parties(parties, currency, nowMs), isRefused)) {
      tell(alertOfMoney(callId, warning, currency));
    }
  };
}

/** An amount that is nearly used, or used up. */
function alertOfMoney(
  callId: string,
  { party, called, id, name, micros, used, isUsedUp }: MoneyWarning,
  currency: string,
): NewAlert {
  const fields: AlertFields = {
    ...{ of: id === null || called !== party ? called : `${party} ${id}`, limit: name },
    ...{ amount: formatMoney(micros, currency), used: formatMoney(used, currency) },
  };
  const about = { kind: 'limit', callId, fields } as const;
  return isUsedUp
    ? { ...about, level: 'critical', text: 'a call was refused: an amount of money is used up' }
    : { ...about, level: 'warning', text: 'an amount of money is nearly used up' };
}
