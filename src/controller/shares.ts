import type { MoneyBook } from '../policy/limits/money-book.ts';
import type { Draw, GrantedShare, ShareSettlement } from '../store/ports/ledger-replica.ts';
import type { Clock } from '../words/clock.ts';
import type { StoreLink } from './store-link.ts';

/** How soon SQL Server knows what was spent. */
const everyMs = 5_000;

/** Shares of amounts that controllers have in common: drawn, accounted for, and given back where they are not needed. */
export type Shares = {
  draw(draws: readonly Draw[]): Promise<readonly GrantedShare[]>;
  /** Gives back all that was not spent. Nothing is drawn any more. */
  stop(): Promise<void>;
};

type Link = Pick<StoreLink, 'draw' | 'settle' | 'isUp'>;

/** `returnMinutes`: see `limits.returnMinutes`. */
export function keepShares(
  money: Pick<MoneyBook, 'spentShares' | 'granted'>,
  link: Link,
  { clock, returnMinutes }: { clock: Pick<Clock, 'nowMs' | 'after'>; returnMinutes: number },
): Shares {
  const drawing = countKeys();
  const told = new Map<string, number>();
  let isStopped = false;
  let cancel = (): void => undefined;

  async function draw(draws: readonly Draw[]): Promise<readonly GrantedShare[]> {
    if (isStopped) return [];
    drawing.add(draws);
    try {
      return await link.draw(draws);
    } finally {
      drawing.remove(draws);
    }
  }

  /** What goes back is not spent here from now on, whatever becomes of it on its way. */
  async function settle(isNeeded: (idleMs: number) => boolean): Promise<void> {
    // While SQL Server is away, the share is the limit, and stays.
    if (!link.isUp()) return;
    const settlements = money.spentShares(clock.nowMs()).flatMap(({ key, mayMicros, spentMicros, idleMs }) => {
      const isBack = !drawing.has(key) && !isNeeded(idleMs) && spentMicros < mayMicros;
      if (!isBack && told.get(key) === spentMicros) return [];
      return [{ key, spentMicros, keepMicros: isBack ? spentMicros : null } satisfies ShareSettlement];
    });
    if (settlements.length === 0) return;
    money.granted(
      settlements.flatMap(({ key, keepMicros }) => (keepMicros === null ? [] : [{ key, micros: keepMicros }])),
    );
    const isDone = await link.settle(settlements);
    for (const { key, spentMicros } of settlements) {
      if (isDone) told.set(key, spentMicros);
      else told.delete(key);
    }
  }

  function next(): void {
    if (isStopped) return;
    cancel = clock.after(everyMs, () => {
      const idleMs = returnMinutes * 60_000;
      void settle((sinceMs) => returnMinutes === 0 || sinceMs < idleMs).finally(next);
    });
  }
  next();

  return {
    draw,
    async stop() {
      isStopped = true;
      cancel();
      await settle(() => false);
    },
  };
}

/** Keys that something is under way for, however often. */
function countKeys() {
  const counts = new Map<string, number>();
  const change = (of: readonly { key: string }[], by: number): void => {
    for (const { key } of of) {
      const count = (counts.get(key) ?? 0) + by;
      if (count === 0) counts.delete(key);
      else counts.set(key, count);
    }
  };
  return {
    has: (key: string): boolean => counts.has(key),
    add: (of: readonly { key: string }[]) => change(of, 1),
    remove: (of: readonly { key: string }[]) => change(of, -1),
  };
}
