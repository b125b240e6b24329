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

/**
 * Each carries out requests until `isOver`, one of a kind at a time: a long re-rating does not hold up moves. It rejects if SQL Server
 * fails.
 */
export const requestFollowers = (following: Following): (() => Promise<void>)[] => [
  () => follow('move', following),
  () => follow('rerate', following),
];

async function follow(kind: Asked['kind'], following: Following): Promise<void> {
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
