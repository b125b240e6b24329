import type { CalendarTime } from '../../words/calendar.ts';
import { budgetOfKey } from './budget-shares.ts';
import type { SpentShare } from './money-counted.ts';
import type { BudgetName } from './money.ts';
import { partyKinds, type ByParty } from './parties.ts';
import { periodOf } from './periods.ts';
import { purseOf, type BeganIn, type Holder, type Purse } from './purses.ts';

type Book = {
  readonly calendar: (atMs: number) => CalendarTime;
  readonly holders: ByParty<Holder>;
  readonly site: Holder;
  readonly shares: ReadonlyMap<string, number>;
};

/** What was spent of each share, as far as that is known. */
export function spentShares(book: Book, nowMs: number): SpentShare[] {
  const time = book.calendar(nowMs);
  return [...book.shares].flatMap(([key, mayMicros]): SpentShare[] => {
    const budget = budgetOfKey(key, time);
    const holder = budget === null ? null : holderNamed(book, budget.holder);
    if (budget === null || holder === null) return [];
    const purse = purseOf(holder, budget.currency);
    const spent = spentOf(holder, purse, budget.name, time);
    if (spent === null) return [];
    // One that is there since the start counts from when it is first looked at.
    holder.usedAtMs ??= nowMs;
    const idleMs = purse.reservedMicros > 0 ? 0 : Math.max(0, nowMs - holder.usedAtMs);
    return [{ key, mayMicros, spentMicros: Math.max(0, spent), idleMs }];
  });
}

/** With what is reserved. Null: it is not known here. */
function spentOf({ upToSeq }: Holder, purse: Purse, name: BudgetName, { day, month }: BeganIn): number | null {
  switch (name) {
    case 'money a day':
      return periodOf(purse.days, day).sum;
    case 'money a month':
      return periodOf(purse.months, month).sum;
    case 'money a contract':
    case 'prepaid':
      return upToSeq === null ? null : purse.allMicros + purse.reservedMicros;
  }
}

function holderNamed(book: Book, name: string): Holder | null {
  if (name === 'site') return book.site;
  const [kind = '', id = ''] = name.split(':');
  const known = partyKinds.find((each) => each === kind);
  return known === undefined ? null : (book.holders[known].get(Number(id)) ?? null);
}
