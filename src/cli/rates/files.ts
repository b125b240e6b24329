import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isCurrency } from '../../rating/currency.ts';
import { parseIncrements } from '../../rating/increments.ts';
import { exportHeader, exportLine } from '../../rating/tariff/fields.ts';
import { problemLines } from '../../rating/tariff/problems.ts';
import type { TariffOptions } from '../../rating/tariff/reader.ts';
import type { RatesImportOptions } from '../../store/ports/rate-store.ts';
import { ratesFile } from './rates-file.ts';
import { messageOf } from '../../words/thrown.ts';
import { onlyOne, print, UsageError } from '../usage.ts';
import { parseMoment } from '../../directory/moment.ts';
import { momentOption, tableName } from './context.ts';
import type { RatesContext } from './context.ts';
import { counted, differenceLines } from './view.ts';

const importOptions = {
  table: { type: 'string' },
  'dry-run': { type: 'boolean' },
  from: { type: 'string' },
  currency: { type: 'string' },
  increments: { type: 'string' },
  'decimal-comma': { type: 'boolean' },
  ignore: { type: 'string', multiple: true },
} as const;

/** Name of the table that the first import creates. */
const firstTable = 'default';

type ImportValues = {
  [option in 'from' | 'currency' | 'increments']?: string;
} & { 'decimal-comma'?: boolean; ignore?: string[] };

function csvOptions(values: ImportValues): TariffOptions {
  const { from, currency = null, increments, ignore = [] } = values;
  if (currency !== null && !isCurrency(currency)) throw new UsageError(`--currency: "${currency}" is not in ISO 4217`);
  const parsed = increments === undefined ? undefined : parseIncrements(increments);
  if (parsed !== undefined && !parsed.ok) throw new UsageError(`--increments: ${parsed.problem}`);
  return {
    currency,
    decimalMark: values['decimal-comma'] === true ? ',' : '.',
    validFromMs: from === undefined ? null : momentOption('--from', from),
    ignoreColumns: ignore,
    parseMoment,
    ...(parsed === undefined ? {} : { increments: parsed.value }),
  };
}

async function checkReadable(file: string): Promise<void> {
  try {
    const handle = await open(file);
    const isFolder = (await handle.stat()).isDirectory();
    await handle.close();
    if (isFolder) throw new Error('it is a folder');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${messageOf(error)}`);
  }
}

export async function importFile(args: string[], context: RatesContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: importOptions, allowPositionals: true });
  const { store, stdout, stderr } = context;
  const file = onlyOne(positionals, 'FILE.csv');
  const table = (await tableName(store, values.table)) ?? firstTable;
  if (table === '') throw new UsageError('--table: the name is empty');
  const csv = csvOptions(values);
  await checkReadable(file);
  const present = (await store.listRateTables()).find(({ name }) => name.toLowerCase() === table.toLowerCase());
  const options: RatesImportOptions = {
    dryRun: values['dry-run'] === true,
    onProgress: progressOn(stderr),
    ...(values.from === undefined ? {} : { fromMs: momentOption('--from', values.from) }),
    ...(values.currency === undefined ? {} : { currency: values.currency }),
  };
  const source = ratesFile(file, { ...csv, currency: present?.currency ?? csv.currency });
  const result = await store.importRates(present?.name ?? table, source, options);
  options.onProgress?.({ phase: 'done', rates: 0 });
  switch (result.kind) {
    case 'refused':
      for (const line of problemLines(file, result.problems)) print(stderr, line);
      print(stderr, `Nothing was imported: ${counted(result.problems.count(), 'problem')}.`);
      return 2;
    case 'compared':
      print(stdout, `No problems. Changes to ${result.table}: ${differenceLines(result.difference).join('\n')}`);
      return 0;
    case 'imported':
      print(stdout, `${result.table}, version ${result.version}: ${differenceLines(result.difference)[0] ?? ''}`);
      return 0;
  }
}

export async function exportTable(args: string[], { store, stdout, stderr }: RatesContext): Promise<number> {
  const { values } = parseArgs({ args, options: { table: { type: 'string' } } });
  const name = await tableName(store, values.table);
  const tables = await store.listRateTables();
  if (name === null || !tables.some((table) => table.name.toLowerCase() === name.toLowerCase())) {
    print(stderr, name === null ? 'There are no rates yet.' : `There is no rate table "${name}".`);
    return 1;
  }
  print(stdout, exportHeader);
  for await (const rates of store.exportRates(name)) {
    if (!stdout.write(`${rates.map(exportLine).join('\n')}\n`)) await once(stdout, 'drain');
  }
  return 0;
}

/** A line that is overwritten; on a terminal only. */
function progressOn(stream: NodeJS.WritableStream): NonNullable<RatesImportOptions['onProgress']> {
  if (!('isTTY' in stream) || stream.isTTY !== true) return () => undefined;
  return ({ phase, rates }) => {
    stream.write(phase === 'done' ? '\r\u001b[K' : `\r\u001b[K${phase}: ${rates} rates`);
  };
}
