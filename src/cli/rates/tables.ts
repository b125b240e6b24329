import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { rateTableSettings, settingFields, type RateTableSettings } from '../../rating/rate-table-settings.ts';
import { onlyOne, print, printJson, UsageError } from '../usage.ts';
import type { RatesContext } from './context.ts';
import { settingsText, tablesTable } from './view.ts';

export async function listTables(args: string[], { store, time, stdout }: RatesContext): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const tables = await store.listRateTables();
  if (values.json === true) printJson(stdout, { tables });
  else print(stdout, tables.length === 0 ? 'There are no rate tables: import one.' : tablesTable(tables, time));
  return 0;
}

const setOptions: ParseArgsOptionsConfig = {
  ...Object.fromEntries(settingFields.map((field) => [rateTableSettings[field].name, { type: 'string' }])),
  default: { type: 'boolean' },
};

/** The settings that were typed. */
function readSettings(values: Readonly<Record<string, unknown>>): Partial<RateTableSettings> {
  const read = settingFields.flatMap((field) => {
    const { name, read } = rateTableSettings[field];
    const text = values[name];
    if (typeof text !== 'string') return [];
    const parsed = read(text);
    if (!parsed.ok) throw new UsageError(`--${name}: ${parsed.problem}`);
    return [[field, parsed.value]];
  });
  return Object.fromEntries(read) as Partial<RateTableSettings>;
}

/** Peak hours and holidays are the site's, unless another time zone is given with them. */
export function atSite(settings: Partial<RateTableSettings>, timeZone: string): Partial<RateTableSettings> {
  const isTimed = settings.peakHours !== undefined || settings.holidays !== undefined;
  return isTimed && settings.timeZone === undefined ? { ...settings, timeZone } : settings;
}

export async function setTable(args: string[], { store, stdout, timeZone }: RatesContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: setOptions, allowPositionals: true });
  const name = onlyOne(positionals, 'NAME').trim();
  const isDefault = values['default'] === true ? ({ isDefault: true } as const) : {};
  const table = await store.saveRateTable(name, { ...atSite(readSettings(values), timeZone), ...isDefault });
  print(stdout, `${table.name}: ${settingsText(table)}`);
  return 0;
}

const assignOptions = { account: { type: 'string' }, department: { type: 'string' } } as const;

export async function assign(args: string[], { store, stdout }: RatesContext, isAssigning: boolean): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: assignOptions, allowPositionals: true });
  const { account, department } = values;
  if ((account === undefined) === (department === undefined)) {
    throw new UsageError('give --account CODE or --department NAME');
  }
  if (!isAssigning && positionals.length > 0) throw new UsageError('unassign takes no table name');
  const table = isAssigning ? onlyOne(positionals, 'NAME of a rate table').trim() : null;
  const to = account === undefined ? { department: department ?? '' } : { accountCode: account };
  await store.assignRateTable(to, table);
  const whose = account === undefined ? `The department ${department ?? ''}` : 'The account';
  print(
    stdout,
    table === null ? `${whose} has no rate table of its own.` : `${whose} now uses the rate table ${table}.`,
  );
  return 0;
}
