import type { Database } from 'better-sqlite3';
import { assignedTable, compareRates, maximumPrefixDigits, prefixesOf } from '../../../rating/rate.ts';
import type { AssignedBy, Rate, RateTable } from '../../../rating/rate.ts';
import { forgettingWhatChanged } from '../changed.ts';
import { bySqlPrefixes, longerPrefix, rateTableOf, selectedTable, type RateTableRow } from './rows.ts';

type Charged = { accountId: number | null; departmentId: number | null };

export type RateLookup = {
  tableOf(charged: Charged): { table: RateTable; by: AssignedBy } | null;
  /** Rates of all times whose prefix the number begins with, the best first. */
  ratesFor(tableId: number, e164: string): readonly Rate[];
};

/** Numbers that begin alike have the same rates, but for those of longer prefixes. In North America, all of an exchange. */
const headDigits = 7;
/** Rates that begin with a head's digits and that its numbers may all have; `hasLonger`: some of its numbers have others too. */
type Head = { rates: readonly Rate[]; hasLonger: boolean };
/** Some megabytes for a connection. */
const maximumHeads = 4_000;

/**
 * Looks rates up on any connection: for administration on the reading one, for pricing on the writing one. What was found is remembered
 * as long as the file says that none of it was changed, by whatever process.
 */
export function prepareRateLookup(db: Database): RateLookup {
  const tables = prepareTables(db);
  const rates = prepareRates(db);
  const heads = new Map<string, Head>();
  const forgetWhatChanged = forgettingWhatChanged(db, 'rates.changed', () => {
    heads.clear();
    tables.read();
  });

  function headOf(tableId: number, digits: string): Head {
    const key = `${tableId} ${digits}`;
    const remembered = heads.get(key);
    if (remembered !== undefined) return remembered;
    const head = { rates: rates.of(tableId, digits), hasLonger: rates.hasLonger(tableId, digits) };
    if (heads.size >= maximumHeads) heads.clear();
    heads.set(key, head);
    return head;
  }

  return {
    tableOf(charged) {
      forgetWhatChanged();
      return tables.of(charged);
    },
    ratesFor(tableId, e164) {
      forgetWhatChanged();
      const [all = ''] = prefixesOf(e164);
      const head = headOf(tableId, all.slice(0, headDigits));
      return head.hasLonger && all.length > headDigits ? rates.of(tableId, all) : head.rates;
    },
  };
}

/** All tables are few. That of an account is looked up: accounts may be a million. */
function prepareTables(db: Database) {
  const all = db.prepare<[], RateTableRow>(`SELECT ${selectedTable} FROM rate_tables t`);
  const ofDepartments = db
    .prepare<[], [number, number]>('SELECT department_id, table_id FROM department_rate_tables')
    .raw();
  const ofAccount = db
    .prepare<[number], number>('SELECT table_id FROM account_rate_tables WHERE account_id = ?')
    .pluck();
  const defaultTable = db.prepare<[], number>('SELECT id FROM rate_tables WHERE is_default = 1').pluck();
  let byId: ReadonlyMap<number, RateTableRow> = new Map();
  let byDepartment: ReadonlyMap<number, number> = new Map();
  let byDefault: number | null = null;
  return {
    read(): void {
      byId = new Map(all.all().map((row) => [row.id, row]));
      byDepartment = new Map(ofDepartments.all());
      byDefault = defaultTable.get() ?? null;
    },
    of({ accountId, departmentId }: Charged): { table: RateTable; by: AssignedBy } | null {
      const assigned = assignedTable({
        account: accountId === null ? null : (ofAccount.get(accountId) ?? null),
        department: departmentId === null ? null : (byDepartment.get(departmentId) ?? null),
        default: byDefault,
      });
      const row = assigned === null ? undefined : byId.get(assigned.tableId);
      return assigned === null || row === undefined ? null : { table: rateTableOf(row), by: assigned.by };
    },
  };
}

function prepareRates(db: Database) {
  /** A statement for each number of prefixes. */
  const byPrefixes = Array.from({ length: maximumPrefixDigits + 1 }, (_, index) =>
    db.prepare<(number | string)[], Rate>(bySqlPrefixes(index + 1)),
  );
  const longer = db.prepare<[number, number, string, string], number>(longerPrefix).pluck();
  return {
    of(tableId: number, digits: string): Rate[] {
      const prefixes = prefixesOf(digits);
      return byPrefixes[prefixes.length - 1]?.all(tableId, tableId, ...prefixes).sort(compareRates) ?? [];
    },
    // Digits alone: `:` is the character behind 9.
    hasLonger: (tableId: number, digits: string): boolean => longer.get(tableId, tableId, digits, `${digits}:`) === 1,
  };
}
