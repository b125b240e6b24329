import type { MoneyBook, MoneyParties } from '../policy/limits/money-book.ts';
import { listed } from '../policy/limits/parties.ts';
import type { LedgerStore } from '../store/ports/ledger.ts';
import type { LimitGroupsReader } from '../store/ports/limit-groups.ts';

export type LimitsStore = Pick<LedgerStore, 'moneyOf' | 'moneyOfGroup' | 'followGroups'> & LimitGroupsReader;

/** What they have of all time is asked for once, where a limit needs it. */
export async function learnAllTime(money: MoneyBook, store: LimitsStore, parties: MoneyParties): Promise<void> {
  for (const { name: kind, limited } of listed(parties)) {
    const isNeeded = limited.prepaid === true || limited.moneyPerContract != null;
    if (!isNeeded || money.knows({ kind, id: limited.id })) continue;
    if (kind === 'account') money.learn({ kind, id: limited.id }, await store.moneyOf(limited.id));
    else if (kind !== 'extension') {
      while (await store.followGroups());
      money.learn({ kind, id: limited.id }, await store.moneyOfGroup(kind, limited.id));
    }
  }
}
