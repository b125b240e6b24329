import sql from 'mssql';

/**
 * A request that takes texts of any length: one that is longer than its type is written into the stream as it is (tedious does not look),
 * where SQL Server refuses all of it (error 8016), or loses the thread and hangs up. As a longer type it only equals no shorter text, and
 * is refused where it would be kept.
 */
export function requestOn(connection: sql.ConnectionPool | sql.Transaction): sql.Request {
  // A pool asks here (connect.ts); a transaction hands on how long its requests may take.
  const request = connection instanceof sql.Transaction ? connection.request() : new sql.Request(connection);
  const input = request.input.bind(request) as (name: string, ...given: unknown[]) => sql.Request;
  return Object.assign(request, {
    // Without a type mssql takes one by the value, which has room for it.
    input: (name: string, ...given: [value: unknown] | [type: sql.ISqlType, value: unknown]) =>
      given.length === 1 ? input(name, given[0]) : input(name, roomyType(...given), given[1]),
  });
}

/**
 * How long a request may take, or each one of a transaction, instead of `sqlserver.requestTimeoutMs`. mssql takes it where either is made,
 * its types do not know it, and a pool hands none on (mssql 12, lib/base/request.js and transaction.js).
 */
export const patiently = <Patient extends sql.Request | sql.Transaction>(
  patient: Patient,
  patienceMs: number,
): Patient => Object.assign(patient, { overrides: { requestTimeout: patienceMs } });

function roomyType(type: sql.ISqlType, value: unknown): sql.ISqlType {
  // `sql.Int` is a function, `sql.Int()` what it makes.
  const length = typeof type === 'object' && 'length' in type ? type.length : undefined;
  if (typeof value !== 'string' || typeof length !== 'number' || value.length <= length) return type;
  const isWide = type.type === sql.NVarChar || type.type === sql.NChar;
  return isWide ? sql.NVarChar(sql.MAX) : sql.VarChar(sql.MAX);
}
