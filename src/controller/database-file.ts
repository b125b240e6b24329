import { join } from 'node:path';
import type { Config } from '../config/schema.ts';

/** The local file: the system of record, or where SQL Server is that, its copy. */
export function databaseFile(config: Config): string {
  return join(config.data.dir, 'billing-codes.db');
}
