import { parseArgs } from 'node:util';
import { isProblem, isRoundingMode, parseDecimal, parseMicros, roundingModes } from '../../rating/money.ts';
import type { Parsed } from '../../rating/money.ts';
import type { RateStore } from '../../store/ports/rate-store.ts';
import { onlyOne, print, UsageError } from '../usage.ts';
import type { RatesContext } from './context.ts';
import { settingsText, tablesTable } from './view.ts';

export async function listTables(args: string[], { store, stdout }: RatesContext): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const tables = await store.listRateTables();
  if (values.json === true) print(stdout, JSON.stringify({ tables }, null, 2));
  else print(stdout, tables.length === 0 ? 'No rate tables: import one.' : tablesTable(tables).join('\n'));
  return 0;
}

const setOptions = {
  currency: { type: 'string' },
  rounding: { type: 'string' },
  'rounding-unit': { type: 'string' },
  markup: { type: 'string' },
  'markup-per-call': { type: 'string' },
  default: { type: 'boolean' },
} as const;

function valueOf<T>(option: string, parsed: Parsed<T>): T {
  if (isProblem(parsed)) throw new UsageError(`${option}: ${parsed.problem}`);
  return parsed.value;
}

function roundingUnit(text: string): number {
  const micros = valueOf('--rounding-unit', parseMicros(text));
  if (micros === 0) throw new UsageError('--rounding-unit must be more than 0');
  return micros;
}

function roundingMode(text: string) {
  if (!isRoundingMode(text)) throw new UsageError(`--rounding must be one of ${roundingModes.join(', ')}`);
  return text;
}

function markup(text: string): number {
  const basisPoints = valueOf('--markup', parseDecimal(text.replace(/\s*%$/, ''), 2));
  if (basisPoints > 100_000) throw new UsageError('--markup must be at most 1000 percent');
  return basisPoints;
}

export async function setTable(args: string[], { store, stdout }: RatesContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: setOptions, allowPositionals: true });
  const name = onlyOne(positionals, 'NAME').trim();
  const changes: Parameters<RateStore['saveRateTable']>[1] = {
    ...(values.currency === undefined ? {} : { currency: values.currency }),
    ...(values.rounding === undefined ? {} : { roundingMode: roundingMode(values.rounding) }),
    ...(values['rounding-unit'] === undefined ? {} : { roundingUnitMicros: roundingUnit(values['rounding-unit']) }),
    ...(values.markup === undefined ? {} : { markupBasisPoints: markup(values.markup) }),
    ...(values['markup-per-call'] === undefined
      ? {}
      : { markupPerCallMicros: valueOf('--markup-per-call', parseMicros(values['markup-per-call'])) }),
    ...(values.default === true ? { isDefault: true } : {}),
  };
  const table = await store.saveRateTable(name, changes);
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
  if (!isAssigning && positionals.length > 0) throw new UsageError('unassign takes no table');
  const table = isAssigning ? onlyOne(positionals, 'NAME of a rate table').trim() : null;
  const to = account === undefined ? { department: department ?? '' } : { accountCode: account };
  await store.assignRateTable(to, table);
  const whose = account === undefined ? `The department ${department ?? ''}` : 'The account';
  print(stdout, table === null ? `${whose} has no rate table of its own.` : `${whose} is rated by ${table}.`);
  return 0;
}
