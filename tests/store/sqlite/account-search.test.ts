import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { readDirectory } from '../../../src/store/sqlite/directory/directory.ts';
import type { AccountPage } from '../../../src/store/ports/directory-admin.ts';
import { runs } from '../../support/random.ts';
import { temporaryStores } from './temporary.ts';

const { open, aFile } = temporaryStores();

/** More than are searched without names in memory. */
const count = 20_100;

/** A file with many accounts, their names in an order of their own. */
async function manyAccounts(): Promise<string> {
  const file = aFile();
  await (await open({ file })).close();
  change(
    file,
    `WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ${count})
INSERT INTO accounts (id, code, name, client, matter, department_id, enabled)
SELECT value, CAST(100000 + value AS TEXT), CASE value % 3 WHEN 0 THEN 'Smith ' WHEN 1 THEN 'smith & Söhne ' ELSE 'Ärzte 50% ' END || value,
  CASE WHEN value % 100 = 7 THEN 'Acme_' || value ELSE '' END, CASE WHEN value % 1000 = 9 THEN 'M/' || value ELSE '' END, NULL, value % 50 <> 1 FROM n`,
  );
  return file;
}

function change(file: string, ...statements: string[]): void {
  const db = new Database(file);
  for (const statement of statements) db.exec(statement);
  db.close();
}

/** Two readers of the file: one that has the names in memory, and one that has not. */
async function readers(file: string) {
  const db = new Database(file, { readonly: true });
  const quick = readDirectory(db);
  const namesOf = async (from: typeof quick, page: AccountPage): Promise<string[]> =>
    (await from.pageAccounts(page)).map(({ id, name }) => `${id} ${name}`);
  await quick.pageAccounts({ search: 'nobody', limit: 1 });
  // It is made in pieces while others are answered; from then on what is asked of it does not prepare the whole statement.
  return {
    quick: (page: AccountPage) => namesOf(quick, page),
    // A directory that was just opened has nothing in memory.
    plain: (page: AccountPage) => namesOf(readDirectory(db), page),
    close: () => db.close(),
  };
}

const aPage = fc.record(
  {
    search: fc.constantFrom(
      's',
      'SMITH',
      'smith & s',
      'ö',
      'Ä',
      'ärzte',
      '50%',
      '_',
      '7',
      '123',
      '20099',
      'm/',
      'acme_',
      '100007',
      ' ',
      'zebra',
    ),
    searchesCodes: fc.constant(true as const),
    enabled: fc.boolean(),
    limit: fc.constantFrom(1, 3, 51),
  },
  { requiredKeys: ['search', 'limit'] },
);

describe('accounts searched among many', () => {
  it('are those that the statement finds, page by page, whatever has changed since the names were read', async () => {
    const file = await manyAccounts();
    const { quick, plain, close } = await readers(file);
    const changes = [
      "UPDATE accounts SET name = 'Zebra ' || id WHERE id % 4001 = 5",
      "INSERT INTO accounts (code, name) VALUES ('9', 'A new Smith')",
      'DELETE FROM accounts WHERE id % 5003 = 6',
      "UPDATE accounts SET client = 'ACME_late' WHERE id % 6007 = 3",
      // More than are looked at one by one: the names are read again.
      "UPDATE accounts SET matter = 'm/' || id WHERE id % 5 = 0",
      'UPDATE accounts SET name = upper(name) WHERE id < 15000',
    ];
    for (const statement of ['SELECT 1', ...changes]) {
      change(file, statement);
      await fc.assert(
        fc.asyncProperty(aPage, async (given) => {
          let page: AccountPage = given;
          for (let turn = 0; turn < 3; turn += 1) {
            const found = await quick(page);
            expect(found).toEqual(await plain(page));
            const [id = '', ...name] = found.at(-1)?.split(' ') ?? [];
            if (id === '') break;
            page = { ...given, after: { id: Number(id), name: name.join(' ') } };
          }
        }),
        { numRuns: runs(10) },
      );
    }
    close();
  }, 120_000);

  it('are found in memory', async () => {
    const file = await manyAccounts();
    const { quick, plain, close } = await readers(file);
    const page = { search: 'smith & söhne 20098', limit: 51 };
    change(file, 'DROP TRIGGER accounts_update_to_names');
    // Whoever looks through the accounts themselves finds each one that gets the name now; memory, once it is made, cannot.
    let found: string[] = [];
    for (let id = 1; id <= 1000 && found.length !== 1; id += 1) {
      change(file, `UPDATE accounts SET name = 'Smith & Söhne 20098 too' WHERE id = ${id}`);
      found = (await quick(page)).filter((one) => one.startsWith(`${id} `) || one.startsWith('20098 '));
      await pause(5);
    }
    expect(found).toEqual(['20098 smith & Söhne 20098']);
    expect((await plain(page)).length).toBeGreaterThan(1);
    close();
  }, 120_000);
});
