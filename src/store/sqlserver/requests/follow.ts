import type sql from 'mssql';
import { connect } from '../connect.ts';
import { carryOut, type CarryingOut } from './carry-out.ts';
import { claimRequest, type Asked, type ClaimedRequest } from './claims.ts';

/** A request was carried out or refused; `result`: one line. */
export type CarriedOut = { kind: 'carried-out'; request: number; askedBy: string; result: string };

type Following = Omit<CarryingOut, 'pool'> & {
  /** To look for requests. */
  pool: sql.ConnectionPool;
  config: sql.config;
  /** Name of this controller. */
  controller: string;
  pause: () => Promise<void>;
  tell: (event: CarriedOut) => void;
};

export type RequestKind = Asked['kind'];
/** A long re-rating does not hold up moves. */
export const requestKinds = ['move', 'rerate'] as const satisfies readonly RequestKind[];

/** Carries out the requests of a kind until `isOver`, one at a time. Rejects if SQL Server fails. */
export async function followRequests(kind: RequestKind, following: Following): Promise<void> {
  const { pool, controller, pause, isOver } = following;
  while (!isOver()) {
    const claimed = await claimRequest(pool, controller, kind);
    if (claimed === null) await pause();
    else await carryOutFrom(claimed, kind, following);
  }
}

/**
 * Carries out a request and those after it, by connections of its own: what copies the directory and sends records does not wait for those
 * of a long re-rating.
 */
async function carryOutFrom(first: ClaimedRequest, kind: RequestKind, following: Following): Promise<void> {
  const { config, controller, tell, ...context } = following;
  const pool = await connect({ ...config, pool: { min: 0, max: 4 } }, () => undefined);
  try {
    for (let claimed: ClaimedRequest | null = first; claimed !== null;) {
      const result = await carryOut(claimed, { ...context, pool });
      const { id, askedBy } = claimed;
      if (result !== null) tell({ kind: 'carried-out', request: id, askedBy, result });
      claimed = context.isOver() ? null : await claimRequest(pool, controller, kind);
    }
  } finally {
    // Not awaited: if the server hangs, closing a pool takes as long as its requests.
    void pool.close().catch(() => undefined);
  }
}
