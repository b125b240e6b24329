import type sql from 'mssql';
import { connect } from '../connect.ts';
import { carryOut, type CarryingOut } from './carry-out.ts';
import { claimRequest, type Asked, type ClaimedRequest } from './claims.ts';

type Following = Omit<CarryingOut, 'pool'> & {
  /** To look for requests. */
  pool: sql.ConnectionPool;
  config: sql.config;
  /** Name of this controller. */
  controller: string;
  pause: () => Promise<void>;
  onCarriedOut: (request: ClaimedRequest, result: string) => void;
};

/** Carries out requests of one kind, one at a time, until `isOver`: a long re-rating does not hold up moves. Rejects if SQL Server fails. */
export async function followRequests(kind: Asked['kind'], following: Following): Promise<void> {
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
async function carryOutFrom(first: ClaimedRequest, kind: Asked['kind'], following: Following): Promise<void> {
  const { config, controller, onCarriedOut, ...context } = following;
  const pool = await connect({ ...config, pool: { min: 0, max: 4 } }, () => undefined);
  try {
    for (let claimed: ClaimedRequest | null = first; claimed !== null;) {
      const result = await carryOut(claimed, { ...context, pool });
      if (result !== null) onCarriedOut(claimed, result);
      claimed = context.isOver() ? null : await claimRequest(pool, controller, kind);
    }
  } finally {
    // Not awaited: if the server hangs, closing a pool takes as long as its requests.
    void pool.close().catch(() => undefined);
  }
}
