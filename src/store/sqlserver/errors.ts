import { errorCodeOf, messageOf } from '../../words/thrown.ts';
import { StoreError } from '../ports/store-error.ts';

/** Codes of mssql, tedious and the socket below them. */
const codesOfServer = [
  ...['EREQUEST', 'ELOGIN', 'ETIMEOUT', 'ESOCKET', 'ECONNRESET', 'ECONNCLOSED', 'EPIPE', 'ENOTOPEN', 'ENOCONN'],
  ...['ECANCEL', 'EABORT'],
];

/** What the server or the way to it has said, as a `StoreError` that names them; anything else as it is. */
export const namingServer = (error: unknown, where: string): unknown =>
  codesOfServer.includes(errorCodeOf(error)) ? toStoreError(error, where) : error;

/** SQL Server's number of an error; 0: it has none. */
function numberOf(error: unknown): number {
  const hasNumber = typeof error === 'object' && error !== null && 'number' in error;
  return hasNumber && typeof error.number === 'number' ? error.number : 0;
}

/** Chosen as a deadlock's victim, and rolled back: the same again may work. */
const isDeadlock = (error: unknown): boolean => numberOf(error) === 1205;

/**
 * Babelfish 4.3: where a connection has made a temporary table, it looks for the tables of its foreign keys under a name with the database
 * twice in it, once for each foreign key that it has checked before.
 */
const isLostForeignKey = (error: unknown): boolean =>
  /^relation "(\w+)_\1_dbo\.\w+" does not exist/.test(messageOf(error));

/** Nothing of the transaction was done; run again, it may succeed. */
export const isPassing = (error: unknown): boolean => isDeadlock(error) || isLostForeignKey(error);

/** Unique constraint, unique index (sys.messages). */
function isDuplicate(error: unknown): boolean {
  return [2627, 2601].includes(numberOf(error));
}

/** The number of whatever Babelfish has no number of SQL Server's for. */
const unnumbered = 33_557_097;
/** A trigger rolled back; what it said comes before (sys.messages). */
const endedInTrigger = 3609;
/** RAISERROR with a text, THROW: what a trigger or constraint of the site itself says (sys.messages, where they begin). */
const firstOfUsers = 50_000;

/** What a trigger of the site has against a row, which is about that row alone; null: it is another error. */
export function objectionTo(what: string, error: unknown): StoreError | null {
  const number = numberOf(error);
  const isObjection = number === endedInTrigger || (number >= firstOfUsers && number !== unnumbered);
  if (!isObjection) return null;
  return new StoreError('invalid', `${what} was not stored: ${firstText(error)}`, { cause: error });
}

/** What the server said first, where it said several things: mssql answers with the last. */
function firstText(error: unknown): string {
  const before =
    typeof error === 'object' && error !== null && 'precedingErrors' in error && Array.isArray(error.precedingErrors)
      ? (error.precedingErrors as unknown[])
      : [];
  return messageOf(before[0] ?? error).split('\n')[0] ?? '';
}

/** A bulk load that the server takes for malformed; it hangs up then. */
export const isUnreadableLoad = (error: unknown): boolean =>
  messageOf(error).includes('Bulk Load Request (BulkLoadBCP) protocol stream is incorrect');

/**
 * CHECK or foreign key, NULL where none may be, text too long, value out of range, and a value that the driver cannot send
 * (`EPARAM`, tedious' request.js: a time that is none, a number too large for its type): this row alone, and every time.
 */
function isRowError(error: unknown): boolean {
  if (errorCodeOf(error) === 'EPARAM') return true;
  return isDuplicate(error) || [547, 515, 8152, 2628, 220, 241, 242, 245, 8114, 8115].includes(numberOf(error));
}

const meanings: readonly { numbers: readonly number[]; code: StoreError['code']; advice: string }[] = [
  {
    numbers: [18456, 18452],
    code: 'unavailable',
    advice: 'the login is refused: check sqlserver.user and sqlserver.password',
  },
  {
    numbers: [4060, 911],
    code: 'unavailable',
    advice: 'there is no such database, or this login may not open it: check sqlserver.database',
  },
  { numbers: [1105, 9002], code: 'full', advice: 'the database or its log is full: give it space' },
  { numbers: [3906, 3908], code: 'unavailable', advice: 'the database is read-only' },
  {
    numbers: [229, 230, 262],
    code: 'unavailable',
    advice: 'this login lacks a right: give it the role billing_controller or billing_admin (sql/README.md)',
  },
  { numbers: [208, 207], code: 'unavailable', advice: 'a table or column is missing: run billing-codes migrate' },
];

/** What OpenSSL says of certificates (node:tls, X509 certificate error codes), and Node of host names. */
const untrusted = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];
const certificateAdvice =
  'its certificate cannot be verified: install one that a certificate authority issued for this host name, or set sqlserver.trustServerCertificate to true (TrustServerCertificate=true in a connection string)';

/** By the codes of Node's and tedious' errors. */
const connectionAdvice: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: is SQL Server running, with TCP/IP enabled, on this port?',
  ENOTFOUND: 'there is no such host: check sqlserver.server',
  EENCRYPT: 'it offers no encryption: set sqlserver.encrypt to false if that is acceptable',
  ETIMEOUT: 'no answer in time',
  ECONNRESET: 'the connection was lost',
  ECONNCLOSED: 'the connection was lost',
  EPIPE: 'the connection was lost',
  EINSTLOOKUP:
    'SQL Server Browser does not answer on UDP port 1434, or knows no such instance: start it and open that port, or name the TCP port of the instance (sqlserver.port)',
  ...Object.fromEntries(untrusted.map((code) => [code, certificateAdvice])),
};

/** The errors that an error is made of, itself first: tedious hides those of the sockets it tried in an `AggregateError`. */
function chainOf(error: unknown): unknown[] {
  if (typeof error !== 'object' || error === null) return [error];
  const inner = [
    'originalError' in error ? error.originalError : null,
    'cause' in error ? error.cause : null,
    ...('errors' in error && Array.isArray(error.errors) ? (error.errors as unknown[]) : []),
  ];
  return [error, ...inner.filter((one) => one != null && one !== error).flatMap(chainOf)];
}

/** Of a socket that breaks while a request is written, tedious passes on the words alone (`Error: write ECONNRESET`, request.ts). */
const lost = ['ECONNREFUSED', 'ECONNRESET', 'ECONNCLOSED', 'EPIPE'];
const says = (error: unknown, code: string): boolean =>
  errorCodeOf(error) === code ||
  (lost.includes(code) && new RegExp(`\\b(connect|read|write) ${code}\\b`).test(messageOf(error)));

function connectionError(error: unknown, where: string, text: string): StoreError | null {
  const chain = chainOf(error);
  const code = Object.keys(connectionAdvice).find((known) => chain.some((one) => says(one, known)));
  // A named instance: Browser is asked first, and may be what does not answer.
  const isBrowser = code === 'ETIMEOUT' && where.includes('\\');
  const advice = isBrowser ? connectionAdvice['EINSTLOOKUP'] : code === undefined ? undefined : connectionAdvice[code];
  if (advice === undefined) return null;
  const innermost = chain.map(messageOf).at(-1) ?? text;
  return new StoreError('unavailable', `SQL Server ${where}: ${advice} (${innermost})`, { cause: error });
}

/** Whether a `StoreError` says that the connection was lost, or that there is none to be had. */
export const isConnectionLost = (error: unknown): boolean =>
  error instanceof StoreError && chainOf(error).some((one) => lost.some((code) => says(one, code)));

/** What an error of mssql means to the person who can act. `where`: server and database. */
export function toStoreError(error: unknown, where: string, what = 'The record'): StoreError {
  if (error instanceof StoreError) return error;
  const text = messageOf(error).split('\n')[0] ?? '';
  if (isDuplicate(error)) {
    return new StoreError('duplicate', `${what} was not stored: one with the same code or number exists already.`, {
      cause: error,
    });
  }
  if (isRowError(error)) return new StoreError('invalid', `${what} was not stored: ${text}`, { cause: error });
  const number = numberOf(error);
  const meaning = meanings.find(({ numbers }) => numbers.includes(number));
  if (meaning !== undefined) {
    return new StoreError(meaning.code, `SQL Server ${where}: ${meaning.advice} (${text})`, { cause: error });
  }
  if (errorCodeOf(error) === 'ELOGIN') {
    return new StoreError(
      'unavailable',
      `SQL Server ${where}: the login failed: check user, password and database (${text})`,
      {
        cause: error,
      },
    );
  }
  return (
    connectionError(error, where, text) ??
    new StoreError('unavailable', `SQL Server ${where}: ${text}`, { cause: error })
  );
}
