import { parseArgs } from 'node:util';
import { formatMoment } from '../../directory/moment.ts';
import { differenceLines } from '../../directory/rates-difference.ts';
import type { RateVersion } from '../../store/ports/rate-store.ts';
import { versionSource } from '../../store/ports/rate-versions.ts';
import type { Store } from '../../store/ports/store.ts';
import type { SiteTime } from '../../words/site-time.ts';
import { tableLines } from '../table.ts';
import { onlyOne, print, printJson, UsageError } from '../usage.ts';
import { tableName } from './context.ts';
import type { RatesContext } from './context.ts';
import { counted } from './view.ts';

const noTable = (name: string | null) =>
  name === null ? 'There are no rates yet.' : `There is no rate table "${name}".`;

/** `billing-codes rates history`: the versions of a table that one can go back to. */
export async function listHistory(args: string[], { store, time, stdout, stderr }: RatesContext): Promise<number> {
  const { values } = parseArgs({ args, options: { table: { type: 'string' }, json: { type: 'boolean' } } });
  const name = await tableName(store, values.table);
  const versions = name === null ? [] : await store.listRateVersions(name);
  if (versions.length === 0) {
    print(stderr, noTable(name));
    return 1;
  }
  if (values.json === true) printJson(stdout, { versions });
  else print(stdout, historyLines(versions, time));
  return 0;
}

const historyLines = (versions: readonly RateVersion[], time: SiteTime): string[] =>
  tableLines([
    ['VERSION', 'IMPORTED', 'RATES', 'FROM FILE', ''],
    ...versions.map(({ version, importedAtMs, rates, source, isCurrent }) => [
      String(version),
      importedAtMs === null ? '' : formatMoment(importedAtMs, time),
      String(rates),
      source ?? '',
      isCurrent ? 'in force' : '',
    ]),
  ]);

/** A version that is still there. Throws a `UsageError`. */
export async function versionNamed(store: Store, table: string, text: string): Promise<RateVersion> {
  const found = (await store.listRateVersions(table)).find(({ version }) => String(version) === text);
  if (found === undefined) {
    throw new UsageError(`${table} has no version ${text}: "billing-codes rates history" lists those that are there`);
  }
  return found;
}

/** `billing-codes rates restore VERSION`: its rates become those in force again, as one more version. */
export async function restore(args: string[], { store, time, stdout, stderr }: RatesContext): Promise<number> {
  const options = { table: { type: 'string' }, 'dry-run': { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const text = onlyOne(positionals, 'VERSION');
  const name = await tableName(store, values.table);
  const table = (await store.listRateTables()).find((each) => each.name.toLowerCase() === name?.toLowerCase());
  if (table === undefined) {
    print(stderr, noTable(name));
    return 1;
  }
  const version = await versionNamed(store, table.name, text);
  if (version.isCurrent) throw new UsageError(`version ${text} is in force already`);
  const source = versionSource(store, table.name, table.currency, version);
  const result = await store.importRates(table.name, source, { dryRun: values['dry-run'] === true });
  if (result.kind === 'refused') throw new Error(`version ${text} contradicts itself`);
  const [counts = '', ...changes] = differenceLines(result.difference, time);
  if (result.kind === 'imported') {
    print(stdout, `${table.name}, version ${result.version}, as version ${text} was: ${counts}`);
  } else print(stdout, [`Changes to ${table.name}: ${counts}`, ...changes]);
  print(
    stdout,
    `It has ${counted(version.rates, 'rate')}. Calls keep their prices; "billing-codes rates rerate" prices them again.`,
  );
  return 0;
}
