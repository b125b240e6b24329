import { integer, oneOf, yesOrNo } from '../format.ts';
import { secret, setting } from '../setting.ts';
import { anyText, callTypeList, milliseconds } from './formats.ts';

export const sqlserver = {
  server: setting('Host of SQL Server; empty to use the local file as the system of record', anyText, ''),
  port: setting('TCP port of SQL Server', integer(1, 65_535), 1433),
  database: setting('Database', anyText, 'billing'),
  user: setting('Login', anyText, ''),
  password: secret('Password of the login', anyText, ''),
  domain: setting('Windows domain of the login, for NTLM; empty for a SQL Server login', anyText, ''),
  connectionString: secret(
    'All of the above in one string, used instead: Server=…;Database=…;User Id=…;Password=…',
    anyText,
    '',
  ),
  encrypt: setting('Encrypt the connection', yesOrNo, true),
  trustServerCertificate: setting('Accept the server’s certificate without verifying it', yesOrNo, false),
  tdsVersion: setting(
    'Protocol version: 7_4, or 7_3_B for SQL Server 2008 R2, or 7_3_A for SQL Server 2008',
    oneOf('7_4', '7_3_B', '7_3_A'),
    '7_4',
  ),
  legacyTls: setting('Allow TLS 1.0, which SQL Server 2008 needs', yesOrNo, false),
  connectTimeoutMs: setting('How long connecting may take', milliseconds, 15_000),
  requestTimeoutMs: setting('How long one request may take', milliseconds, 30_000),
  syncMs: setting('How often to ask for changes of the directory', integer(100, 60_000), 500),
  lookupMs: setting('How long to look up a code in SQL Server that the local copy does not have', milliseconds, 500),
};

export const offline = {
  policy: setting(
    'When SQL Server has been unreachable for too long: refuse calls, or allow them by the local copy',
    oneOf('refuse', 'allow'),
    'refuse',
  ),
  maxAgeMinutes: setting('Maximum age of the local copy', integer(1, 525_600), 240),
  alwaysAllowed: setting(
    'Call types that are allowed however old the copy is; emergency calls always are',
    callTypeList,
    [],
  ),
};
