import type { Config } from '../../config/schema.ts';
import { isConfigured, poolConfig } from '../../store/sqlserver/settings.ts';
import { StoreError } from '../../store/ports/store-error.ts';
import { messageOf } from '../../words/thrown.ts';

type PoolConfig = ReturnType<typeof poolConfig>;

/** The connection that the configuration names. Throws a `StoreError` `invalid` (exit code 2) where it names none. */
export function sqlServerConfig(config: Config): PoolConfig {
  if (!isConfigured(config.sqlserver)) {
    throw new StoreError(
      'invalid',
      'no SQL Server is configured: set sqlserver.server, or sqlserver.connectionString ("billing-codes config --help")',
    );
  }
  // A connection string may be anything, whatever mssql's types say of its parts.
  let made: Partial<PoolConfig> & Omit<PoolConfig, 'server'>;
  try {
    made = poolConfig(config.sqlserver);
  } catch (error) {
    throw new StoreError('invalid', `sqlserver.connectionString cannot be read: ${messageOf(error)}`, { cause: error });
  }
  const { server } = made;
  if (server === undefined || server === '') {
    throw new StoreError(
      'invalid',
      'sqlserver.connectionString names no server: Server=…;Database=…;User Id=…;Password=…',
    );
  }
  if (made.database === undefined || made.database === '') {
    throw new StoreError(
      'invalid',
      'no database is named: set sqlserver.database, or Database=… in sqlserver.connectionString; make one of its own with CREATE DATABASE billing',
    );
  }
  return { ...made, server };
}
