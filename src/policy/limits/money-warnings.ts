import { budgetsOf, type BudgetName, type MoneyParty } from './money.ts';

/** So much of an amount is used, or reserved. Money in millionths of the currency's unit. */
export type MoneyWarning = {
  party: MoneyParty['name'];
  /** As rules name it. */
  called: string;
  /** Of the account or phone; null: the site. */
  id: number | null;
  name: BudgetName;
  micros: number;
  used: number;
  /** Nothing is left for such a call. */
  isUsedUp: boolean;
};

type Warned = MoneyParty & { id: number | null };

/**
 * Makes a function that answers which amounts have come to `percent` since they were looked at before; each is told once, until it is
 * below that again: on another day, or after something was paid in. 0: never.
 */
export function createMoneyWarnings(
  percent: number,
): (parties: readonly Warned[], isRefused: boolean) => MoneyWarning[] {
  const told = new Map<string, boolean>();
  return (parties, isRefused) =>
    parties.flatMap((party) =>
      budgetsOf(party).flatMap(({ name, micros, used }): MoneyWarning[] => {
        const { name: whose, called, id } = party;
        const key = `${whose} ${id ?? ''} ${name}`;
        if (percent === 0 || used * 100 < micros * percent) {
          told.delete(key);
          return [];
        }
        const before = told.get(key);
        if (before === true || before === isRefused) return [];
        told.set(key, isRefused);
        return [{ party: whose, called, id, name, micros, used, isUsedUp: isRefused }];
      }),
    );
}
