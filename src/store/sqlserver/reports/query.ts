import type sql from 'mssql';
import { toStoreError } from '../errors.ts';
import { patiently } from '../request.ts';

/** A month of many calls is added up by the server; other requests are shorter. */
const patienceMs = 600_000;

/** Runs a statement, which `prepare` makes and gives its parameters. Rejects with a `StoreError`. */
export type Query = <Row>(prepare: (request: sql.Request) => string) => Promise<Row[]>;

export function queryOn(pool: sql.ConnectionPool, where: string): Query {
  return async <Row>(prepare: (request: sql.Request) => string) => {
    try {
      const request = patiently(pool.request(), patienceMs);
      return (await request.query<Row>(prepare(request))).recordset;
    } catch (error) {
      throw toStoreError(error, where, 'The report');
    }
  };
}
