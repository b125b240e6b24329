import { createRequire } from 'node:module';
import type sql from 'mssql';

const require = createRequire(import.meta.url);

/** Where the server is and how to log in; the group `sqlserver` of the configuration has them all. */
export type SqlServerSettings = {
  /** Empty: see `connectionString`. */
  server: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** Windows domain, for NTLM; empty: a SQL Server login. */
  domain: string;
  /** Used instead of all of the above and of `encrypt` and `trustServerCertificate`; empty: none. */
  connectionString: string;
  encrypt: boolean;
  trustServerCertificate: boolean;
  /** `7_4`, or `7_3_B` for SQL Server 2008 R2, `7_3_A` for 2008. */
  tdsVersion: string;
  /** Allows TLS 1.0, which SQL Server 2008 needs. */
  legacyTls: boolean;
  connectTimeoutMs: number;
  requestTimeoutMs: number;
};

/** Whether a SQL Server is named at all; without one the local file is the system of record. */
export function isConfigured(settings: SqlServerSettings): boolean {
  return settings.server !== '' || settings.connectionString !== '';
}

/** What mssql is told. Throws a `TypeError` where the connection string cannot be read. */
export function poolConfig(settings: SqlServerSettings): sql.config {
  const { connectionString } = settings;
  const named = connectionString === '' ? namedBy(settings) : parsed(connectionString);
  return {
    ...named,
    connectionTimeout: settings.connectTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    // The socket's state instead of a `SELECT 1` before each use.
    validateConnection: 'socket',
    pool: { min: 0, max: 4, idleTimeoutMillis: 60_000 },
    options: {
      ...named.options,
      ...(connectionString === ''
        ? { encrypt: settings.encrypt, trustServerCertificate: settings.trustServerCertificate }
        : {}),
      appName: 'billing-codes',
      tdsVersion: settings.tdsVersion,
      useUTC: true,
      // SQL Server 2008 speaks TLS 1.0 with ciphers that OpenSSL no longer takes by itself.
      ...(settings.legacyTls
        ? { cryptoCredentialsDetails: { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } }
        : {}),
    },
  };
}

const usualPort = 1433;

/** `HOST\\INSTANCE` has the port that SQL Server Browser answers, unless one is named. */
function namedBy({ server, port, database, user, password, domain }: SqlServerSettings): sql.config {
  const [host = '', instanceName] = server.split('\\', 2);
  const login = { database, user, password, ...(domain === '' ? {} : { domain }) };
  if (instanceName === undefined || port !== usualPort) return { server: host, port, ...login };
  return { server: host, ...login, options: { instanceName } };
}

/** A Windows login without a password: only a program that runs as that Windows user could give it, and only on Windows. */
const integrated = /(?:^|;)\s*(?:integrated\s+security|trusted_connection)\s*=\s*["']?(?:true|yes|sspi)/i;
/** `Server=HOST\\INSTANCE,PORT`: the port counts. */
const instanceWithPort = /(?:^|;)\s*(?:server|data\s+source|addr|address|network\s+address)\s*=[^;]*\\[^;]*,\s*\d+/i;

function parsed(connectionString: string): sql.config {
  if (integrated.test(connectionString)) {
    throw new TypeError(
      'integrated security is not supported: give User Id and Password of a SQL Server login, or set sqlserver.domain, sqlserver.user and sqlserver.password for a Windows login',
    );
  }
  const config = parsedBy(connectionString);
  const { instanceName, ...options } = config.options ?? {};
  if (instanceName === undefined) return config;
  if (instanceWithPort.test(connectionString)) return { ...config, options };
  const named = { ...config };
  delete named.port;
  return named;
}

function parsedBy(connectionString: string): sql.config {
  // Loaded here and not above: without a SQL Server no command needs it. The types of mssql leave this function out (mssql 12, lib/base/connection-pool.js).
  const { ConnectionPool } = require('mssql') as {
    ConnectionPool: { parseConnectionString(text: string): sql.config };
  };
  return ConnectionPool.parseConnectionString(connectionString);
}

/** Where it connects to, for people; no secrets. */
export function addressOf(config: sql.config): string {
  const instance = config.options?.instanceName;
  const place =
    instance === undefined ? `${config.server}:${config.port ?? usualPort}` : `${config.server}\\${instance}`;
  return `${place}/${config.database ?? ''}`;
}
