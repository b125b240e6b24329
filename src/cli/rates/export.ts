import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { exportHeader, exportLine } from '../../rating/tariff/fields.ts';
import { print, printCsv } from '../usage.ts';
import { tableName } from './context.ts';
import type { RatesContext } from './context.ts';
import { versionNamed } from './history.ts';

export async function exportTable(args: string[], { store, stdout, stderr }: RatesContext): Promise<number> {
  const { values } = parseArgs({ args, options: { table: { type: 'string' }, version: { type: 'string' } } });
  const name = await tableName(store, values.table);
  const tables = await store.listRateTables();
  if (name === null || !tables.some((table) => table.name.toLowerCase() === name.toLowerCase())) {
    print(stderr, name === null ? 'There are no rates yet.' : `There is no rate table "${name}".`);
    return 1;
  }
  const version = values.version === undefined ? undefined : (await versionNamed(store, name, values.version)).version;
  print(stdout, exportHeader);
  for await (const rates of store.exportRates(name, version)) {
    if (!printCsv(stdout, rates.map(exportLine))) await once(stdout, 'drain');
  }
  return 0;
}
