import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { messageOf } from '../words/thrown.ts';

/** The local file: the system of record, or where SQL Server is that, its copy. */
export function databaseFile(config: Config): string {
  return join(config.data.dir, 'billing-codes.db');
}

/** In one line that names the setting. */
export const cannotOpen = ({ data }: Config, error: unknown): Error =>
  new Error(`cannot open the database in ${data.dir} (data.dir): ${messageOf(error)}`, { cause: error });
