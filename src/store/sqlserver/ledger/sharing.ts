import type sql from 'mssql';
import type { Draw, GrantedShare, LedgerReplica, ShareSettlement } from '../../ports/ledger-replica.ts';
import type { CopyStore } from '../../ports/copy-store.ts';
import { drawShares } from './drawing.ts';
import { StoreError } from '../../ports/store-error.ts';
import { reconcileShares, settleShares } from './settling.ts';
import { createTurns } from './turns.ts';

export type Sharing = {
  /** Draws more of amounts that controllers share, and keeps it. Rejects while the server is unreachable. */
  draw: (draws: readonly Draw[]) => Promise<readonly GrantedShare[]>;
  /** Says what was spent of shares, and gives back what is not needed. Rejects while the server is unreachable: it goes back later then. */
  settle: (settlements: readonly ShareSettlement[]) => Promise<void>;
};

export type Shares = Sharing & {
  /** Before any is drawn; does nothing where it is done. */
  reconcile: (pool: sql.ConnectionPool) => Promise<void>;
  /** Throws what the last drawing failed by, once. */
  checkDraws: () => void;
  /** The connection is gone: what may be spent is to be found out again. */
  forget: () => void;
};

type Options = {
  where: string;
  local: LedgerReplica & Pick<CopyStore, 'copyOrigin'>;
  controller: string;
  /** Throws where it is not. */
  reachable: () => sql.ConnectionPool;
  onShares: (shares: readonly GrantedShare[]) => void;
};

/** Shares of this file. What is drawn is kept once it is granted; what goes back is no longer spent here before it is there. */
export function sharing({ where, local, controller, reachable, onShares }: Options): Shares {
  const turns = createTurns();
  let isReconciled = false;
  let failed: { error: unknown } | null = null;
  const contextOn = async (pool: sql.ConnectionPool) => {
    return { pool, where, controller, fileId: (await local.copyOrigin()).fileId };
  };
  const context = () => {
    const pool = reachable();
    if (isReconciled) return contextOn(pool);
    throw new StoreError('unavailable', `What may be spent is not known from SQL Server ${where}.`);
  };
  return {
    async reconcile(pool) {
      if (isReconciled) return;
      const shares = await reconcileShares(local, await contextOn(pool));
      if (shares.length > 0) onShares(shares);
      isReconciled = true;
    },
    checkDraws() {
      const last = failed;
      failed = null;
      if (last !== null) throw last.error;
    },
    forget() {
      isReconciled = false;
      failed = null;
    },
    draw: (draws) =>
      turns.together(async () => {
        const drawing = await context();
        try {
          const shares = await drawShares(draws, drawing);
          await local.keepShares(shares);
          failed = null;
          return shares;
        } catch (error) {
          failed = { error };
          throw error;
        }
      }),
    settle: (settlements) =>
      turns.alone(async () => {
        const before = new Map((await local.listShares()).map(({ key, micros }) => [key, micros]));
        const less = settlements.flatMap(({ key, keepMicros }): GrantedShare[] =>
          keepMicros !== null && keepMicros < (before.get(key) ?? 0) ? [{ key, micros: keepMicros }] : [],
        );
        await local.keepShares(less);
        await settleShares(settlements, await context());
      }),
  };
}
