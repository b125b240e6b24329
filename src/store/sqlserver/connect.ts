import sql from 'mssql';
import { toStoreError } from './errors.ts';
import { requestOn } from './request.ts';
import { addressOf } from './settings.ts';

/** Connects; rejects with a `StoreError`. `onError` hears of what breaks while the pool is open. */
export async function connect(config: sql.config, onError: (error: unknown) => void): Promise<sql.ConnectionPool> {
  const pool = new sql.ConnectionPool(config);
  pool.on('error', onError);
  try {
    await pool.connect();
    return Object.assign(pool, { request: () => requestOn(pool) });
  } catch (error) {
    throw toStoreError(error, addressOf(config));
  }
}
