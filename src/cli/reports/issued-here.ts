import { existsSync } from 'node:fs';
import type { Config } from '../../config/schema.ts';
import { databaseFile } from '../../controller/database-file.ts';
import type { IssuedStore } from '../../reports/statements/issued.ts';
import { openIssued } from '../../store/sqlite/reports/issued.ts';
import { openLocalStore } from '../../store/sqlite/store.ts';

/** Where statements that went out are kept, with the schema up to date; null: no controller has run here. `close` it. */
export async function openIssuedHere(config: Config): Promise<(IssuedStore & { close(): void }) | null> {
  const file = databaseFile(config);
  if (!existsSync(file)) return null;
  await (await openLocalStore({ file })).close();
  return openIssued(file);
}
