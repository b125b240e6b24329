import { moveToEmbedded } from '../../store/moving/to-embedded.ts';
import { print } from '../usage.ts';
import { carryCommand } from './carry-command.ts';

const help = `billing-codes move-to-embedded --dry-run | --yes [--keep-copy] [--config FILE] [--SETTING VALUE …]

Carries everything from the configured SQL Server back into the local file, which is a copy of it: the calls of all controllers, moves,
prices and corrections; directory and rates are there already, and are brought up to date. Calls in dbo.CallArchive of this database come
along, without their codes; those that were archived in another database stay there. Afterwards the local file is the system of record.
Nothing is changed in SQL Server.

  --dry-run    only says how much would be carried back
  --yes        does it
  --keep-copy  where SQL Server was restored to an older state, or has lost its directory: directory and rates stay as they are in the
               local file; what is in SQL Server of calls comes along all the same

Run it on one machine only. Calls go on meanwhile; remove sqlserver.* from the configuration and restart the controller as soon as it
is done, since what is changed in SQL Server afterwards is not carried back. Stopped, it may be run again.

Exit codes: 0 done, 1 could not be done (run it again), 2 nothing was carried back, and why.
`;

export const run = carryCommand({
  ...{ name: 'move-to-embedded', help },
  ownFlag: '--keep-copy',
  refuse: ({ dryRun, yes }) => (dryRun === yes ? 'takes --dry-run or --yes' : null),
  async carry(options, { dryRun, own: keepCopy }, ended) {
    const { where, records } = await moveToEmbedded({ ...options, keepCopy }, dryRun);
    ended();
    print(
      process.stdout,
      dryRun
        ? `From SQL Server ${where} to the local file (nothing is changed): ${records.toLocaleString('en-US')} call records, and all that belongs to them`
        : 'Done: the local file is the system of record. Now remove sqlserver.* from the configuration and restart the controller.',
    );
    return 0;
  },
});
