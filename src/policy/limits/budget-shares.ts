import { budgetsOf, type BudgetName, type MoneyParty, type PricedCost } from './money.ts';
import type { BeganIn } from './purses.ts';

/*
 * Controllers that share amounts draw of each in advance, and spend what they have drawn: so together they never spend more, whatever
 * they know of each other (src/store/sqlserver/ledger/drawing.ts).
 */

/** More of an amount that is shared. Money in millionths of the currency's unit. */
export type DrawWanted = {
  key: string;
  /** The whole amount; null: what was paid in for the account. */
  limitMicros: number | null;
  accountId: number | null;
  currency: string;
  wantMicros: number;
};

/** Names an amount and its period: `account:12/CHF/day:2026-11-26`. */
export function budgetKey(holder: string, currency: string, name: BudgetName, { day, month }: BeganIn): string {
  switch (name) {
    case 'money a day':
      return `${holder}/${currency}/day:${day}`;
    case 'money a month':
      return `${holder}/${currency}/month:${month}`;
    case 'money a contract':
      return `${holder}/${currency}/contract`;
    case 'prepaid':
      return `${holder}/${currency}/prepaid`;
  }
}

/** What is drawn at a time, of the whole amount: little enough that others find some, enough that a day needs few. */
const drawnPart = 0.1;

export type SharedParty = MoneyParty & { id: number | null; holder: string; accountId: number | null };

/** The same taken apart; null: it is none of this day and month. */
export function budgetOfKey(
  key: string,
  { day, month }: BeganIn,
): { holder: string; currency: string; name: BudgetName } | null {
  const [holder = '', currency = '', period = ''] = key.split('/');
  const names: Readonly<Record<string, BudgetName>> = {
    ...{ [`day:${day}`]: 'money a day', [`month:${month}`]: 'money a month' },
    ...{ contract: 'money a contract', prepaid: 'prepaid' },
  };
  const name = names[period];
  return name === undefined ? null : { holder, currency, name };
}

/**
 * What is to be drawn so that a call of this price finds the price of `shareMs` of conversation, `times` over. Empty: there is enough.
 */
export function drawsFor(
  parties: readonly SharedParty[],
  cost: PricedCost,
  { shareMs, times, time }: { shareMs: number; times: number; time: BeganIn },
): DrawWanted[] {
  const needed = (cost.chargeOf(shareMs) ?? 0) * times;
  return parties.flatMap((party) =>
    budgetsOf(party).flatMap(({ name, micros, may, used }): DrawWanted[] => {
      const missing = needed - (may - used);
      if (missing <= 0) return [];
      return [
        {
          key: budgetKey(party.holder, cost.currency, name, time),
          limitMicros: name === 'prepaid' ? null : micros,
          ...{ accountId: party.accountId, currency: cost.currency },
          wantMicros: Math.max(missing, Math.floor(micros * drawnPart)),
        },
      ];
    }),
  );
}
