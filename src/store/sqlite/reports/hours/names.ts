import type { Database } from 'better-sqlite3';

/** What the directory calls what call records have the ids of; 0: none, which has no name. */
export type Names = {
  account: (id: number) => string | null;
  department: (id: number) => string | null;
  extension: (number: string) => string | null;
  /** The names of all these accounts at once. */
  readAccounts: (ids: readonly number[]) => void;
  /** Of accounts of this name, whatever its case. */
  accountsNamed: (name: string) => ReadonlySet<number>;
};

/** As SQLite's NOCASE: only A to Z have two cases, so that the store and reports agree on what is one name. */
export const withoutCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Names as they are now. An account that is no longer there has the name that its last call had. */
export function readNames(db: Database): Names {
  const account = db
    .prepare<[number, number], string | null>(
      `SELECT coalesce((SELECT name FROM accounts WHERE id = ?), (SELECT account_name FROM call_records
  WHERE account_id = ? AND account_name IS NOT NULL ORDER BY started_at DESC LIMIT 1))`,
    )
    .pluck();
  const department = db.prepare<[number], string>('SELECT name FROM departments WHERE id = ?').pluck();
  const extension = db.prepare<[string], string>('SELECT name FROM extensions WHERE number = ?').pluck();
  const accountsNow = db.prepare<[string], number>('SELECT id FROM accounts WHERE name = ? COLLATE NOCASE').pluck();
  const gone = db.prepare<[], number>('SELECT id FROM gone_accounts').pluck();
  const accountsAmong = db
    .prepare<[string], [number, string]>(
      'SELECT a.id, a.name FROM json_each(?) ids JOIN accounts a ON a.id = ids.value',
    )
    .raw();
  const known = new Map<number, string | null>();
  return {
    accountsNamed(name) {
      const isNamed = (id: number): boolean => withoutCase(account.get(id, id) ?? '') === withoutCase(name);
      return new Set([...accountsNow.all(name), ...gone.all().filter(isNamed)]);
    },
    account: (id) => {
      const name = known.get(id);
      if (name !== undefined) return name;
      const found = account.get(id, id) ?? null;
      known.set(id, found);
      return found;
    },
    readAccounts(ids) {
      for (const [id, name] of accountsAmong.iterate(JSON.stringify(ids))) known.set(id, name);
    },
    department: remembering((id) => department.get(id) ?? null),
    extension: remembering((number) => {
      const name = extension.get(number) ?? '';
      return name === '' ? null : name;
    }),
  };
}

export function remembering<K, V>(find: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key);
    if (value !== undefined) return value;
    const found = find(key);
    known.set(key, found);
    return found;
  };
}
