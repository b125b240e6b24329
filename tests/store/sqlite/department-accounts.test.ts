import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { plainAccount } from '../records.ts';
import { runs } from '../../support/random.ts';
import { temporaryStores } from './temporary.ts';

const { open, aFile } = temporaryStores();

const departments = ['Legal', 'Sales', 'IT'] as const;
const aDepartment = fc.constantFrom(null, ...departments);
const anAccount = fc.integer({ min: 1, max: 8 });

const aChange = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), account: anAccount, department: aDepartment }),
  fc.record({ kind: fc.constant('move' as const), account: anAccount, department: aDepartment }),
  fc.record({
    kind: fc.constant('import' as const),
    accounts: fc.uniqueArray(fc.record({ account: anAccount, department: aDepartment }), {
      selector: ({ account }) => account,
    }),
  }),
  fc.record({
    kind: fc.constant('sql' as const),
    statement: fc.constantFrom(
      'UPDATE accounts SET department_id = NULL WHERE id % 2 = 0',
      'UPDATE accounts SET department_id = (SELECT min(id) FROM departments)',
      "UPDATE accounts SET name = name || '.'",
      'DELETE FROM accounts WHERE id % 3 = 0',
    ),
  }),
);

describe('how many accounts a department has', () => {
  it('is what there is, whoever changed it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aChange, { minLength: 30, maxLength: 30 }), async (changes) => {
        const file = aFile();
        const store = await open({ file });
        const db = new Database(file);
        const code = (account: number): string => String(1000 + account);
        for (const change of changes) {
          if (change.kind === 'sql') db.exec(change.statement);
          else if (change.kind === 'import') {
            const all = change.accounts.map(({ account, department }) => ({
              ...plainAccount(code(account), 'Imported'),
              department,
            }));
            await store.importAccounts(all);
          } else {
            const known = await store.findAccountByCode(code(change.account));
            if (change.kind === 'add' && known === null)
              await store.addAccount({ ...plainAccount(code(change.account), 'Added'), department: change.department });
            else if (change.kind === 'move' && known !== null)
              await store.updateAccount(known.code, { department: change.department });
          }
          const counted = db
            .prepare(
              'SELECT d.name, count(a.id) AS accounts FROM departments d LEFT JOIN accounts a ON a.department_id = d.id GROUP BY d.id ORDER BY d.name',
            )
            .all();
          const listed = await store.listDepartmentUse();
          expect(listed.map(({ name, accounts }) => ({ name, accounts }))).toEqual(counted);
        }
        db.close();
      }),
      { numRuns: runs(5) },
    );
  }, 60_000);
});
