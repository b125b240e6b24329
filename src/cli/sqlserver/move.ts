import { moveToSqlServer, planMove, type MovePlan } from '../../store/moving/to-sqlserver.ts';
import { complain, print } from '../usage.ts';
import { carryCommand } from './carry-command.ts';

const help = `billing-codes move-to-sqlserver --dry-run | --yes [--leave-unfinished] [--config FILE] [--SETTING VALUE …]

Carries everything in the local file over to the configured SQL Server: departments, accounts, extensions, rate tables with their
rates, call records, moves, and all prices and corrections that calls had. Calls go on meanwhile. Afterwards the local file is a
copy of SQL Server, which is the system of record.

  --dry-run   only says what would be carried over, and what is in the way
  --yes       does it
  --leave-unfinished
              where a move to another database was begun and that one is gone for good: carries everything over to this one instead

It may be stopped at any moment, and goes on where it was when it is run again: nothing is lost, or there twice. Run
billing-codes migrate first; both need db_owner. If the controller runs without SQL Server, restart it with sqlserver.* set as soon as this
is done. A code, phone or rate table that is another one in SQL Server is named, and then nothing is carried over.

Exit codes: 0 done, 1 could not be done (run it again), 2 nothing was carried over, and why.
`;

export const run = carryCommand({
  ...{ name: 'move-to-sqlserver', help },
  ownFlag: '--leave-unfinished',
  async carry(given, { dryRun, yes, own: leaveUnfinished }, ended) {
    const options = { ...given, leaveUnfinished };
    const plan = await planMove(options);
    print(process.stdout, describe(plan, yes && !dryRun));
    if (plan.conflicts.length > 0) return 2;
    if (dryRun) return 0;
    if (!yes) {
      complain(': nothing was changed: add --yes to carry it over');
      return 2;
    }
    const { setAside } = await moveToSqlServer(options);
    ended();
    print(process.stdout, `Done: SQL Server ${plan.where} is the system of record, and the local file its copy.`);
    if (setAside > 0) {
      complain(`: SQL Server refused ${setAside} call records: billing-codes sqlserver set-aside list`);
    }
    return 0;
  },
});

function describe({ where, counts, conflicts, isBegun }: MovePlan, isMeant: boolean): string[] {
  const rows: [string, number][] = [
    ['departments', counts.departments],
    ['accounts', counts.accounts],
    ['extensions', counts.extensions],
    ['rate tables', counts.rateTables],
    ['rates', counts.rates],
    ['call records', counts.records],
    ['moves', counts.moves],
    ['prices', counts.prices],
    ['re-ratings', counts.reratings],
    ['corrections', counts.corrections],
  ];
  const lines = rows.map(([what, count]) => `  ${what.padEnd(13)}${count.toLocaleString('en-US').padStart(12)}`);
  const head = `From the local file to SQL Server ${where}${isBegun ? ', going on' : ''}${isMeant ? '' : ' (nothing is changed)'}:`;
  const inTheWay = conflicts.map((line) => `In the way: ${line}`);
  return [head, ...lines, ...inTheWay];
}
