import type sql from 'mssql';
import type { Draw, GrantedShare, LedgerReplica, ShareSettlement } from '../../ports/ledger-replica.ts';
import type { CopyStore } from '../../ports/copy-store.ts';
import { drawShares } from './drawing.ts';
import { settleShares } from './settling.ts';
import { createTurns } from './turns.ts';

export type Sharing = {
  /** Draws more of amounts that controllers share, and keeps it. Rejects while the server is unreachable. */
  draw(draws: readonly Draw[]): Promise<readonly GrantedShare[]>;
  /** Says what was spent of shares, and gives back what is not needed. Rejects while the server is unreachable: it goes back later then. */
  settle(settlements: readonly ShareSettlement[]): Promise<void>;
};

type Options = {
  where: string;
  local: LedgerReplica & Pick<CopyStore, 'copyOrigin'>;
  controller: string;
  /** Throws where it is not. */
  reachable: () => sql.ConnectionPool;
};

/** Shares of this file. What is drawn is kept once it is granted; what goes back is no longer spent here before it is there. */
export function sharing({ where, local, controller, reachable }: Options): Sharing {
  const turns = createTurns();
  const context = async () => ({ pool: reachable(), where, controller, fileId: (await local.copyOrigin()).fileId });
  return {
    draw: (draws) =>
      turns.together(async () => {
        const shares = await drawShares(draws, await context());
        await local.keepShares(shares);
        return shares;
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
