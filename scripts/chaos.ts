import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { crashAt } from './chaos/crash-points.ts';
import { runChaos } from './chaos/run.ts';

const help = `npm run chaos -- [--calls N] [--seed S] [--rate R] [--keep]

Simulated calls in all states while two controllers, their disks and FreeSWITCH itself are killed and brought back at random.
At the end every call must have its record: the right outcome and billable time, or marked as estimated with the reason. Exit
code 1 and a list on any difference.

  --calls N   how many (default 2000)
  --seed S    the same seed makes the same callers and the same order of faults (default: a random one, printed)
  --rate R    new calls a second (default 60)
  --keep      keep the databases and CDRs

Where BILLING_TEST_SQLSERVER is a connection string, the controllers have that SQL Server, the link to it fails too, and its
records are the ones that count.

npm run chaos -- --crash-points: kills a controller at each of its writes to the database in turn, instead.
`;

const listOf = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([what, count]) => `${count} ${what}`).join(', ');

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(randomInt(1, 2 ** 31)) },
    rate: { type: 'string', default: '60' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    'crash-points': { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(help);
else if (values['crash-points']) process.exitCode = await everyCrashPoint();
else {
  const [calls, seed, rate] = [values.calls, values.seed, values.rate].map(Number);
  if (![calls, seed, rate].every((given) => given !== undefined && Number.isInteger(given) && given > 0)) {
    process.stderr.write(help);
    process.exitCode = 2;
  } else {
    const log = (line: string): void => void process.stdout.write(`${line}\n`);
    log(`seed ${seed}`);
    const { wrong, exact, estimated, none, byOutcome, faults, corrections, seconds, folder } = await runChaos({
      ...{ calls: calls ?? 0, seed: seed ?? 0, rate: rate ?? 0, keep: values.keep, log },
      sqlserver: (process.env['BILLING_TEST_SQLSERVER'] ?? '') !== '',
    });
    for (const [fault, count] of Object.entries(faults).sort()) log(`  ${String(count).padStart(6)}  ${fault}`);
    log(
      `${calls} calls in ${seconds.toFixed(0)} s: ${exact} exact, ${estimated} estimated, ${listOf(none) || 'none'} without a record;`,
    );
    log(`${corrections} corrections of closed records; ${listOf(byOutcome)}`);
    if (values.keep) log(`kept: ${folder}`);
    for (const line of wrong.slice(0, 100)) log(`WRONG ${line}`);
    log(wrong.length === 0 ? 'every call has its record' : `${wrong.length} calls are wrong`);
    process.exitCode = wrong.length === 0 ? 0 : 1;
  }
}

/** Until all calls are over before the controller has written so often. */
async function everyCrashPoint(): Promise<number> {
  let wrong = 0;
  for (let write = 0; ; write += 1) {
    const point = await crashAt(write);
    if (point === null) {
      process.stdout.write('no C compiler, or not Linux: a controller cannot be killed at a write here\n');
      return 1;
    }
    for (const line of point.wrong) process.stdout.write(`WRONG at write ${write}: ${line}\n`);
    wrong += point.wrong.length;
    if (point.died) {
      process.stdout.write(`killed at write ${write}: ${point.wrong.length === 0 ? 'all right' : 'WRONG'}\n`);
      continue;
    }
    process.stdout.write(`${write} crash points, ${wrong} calls are wrong\n`);
    return wrong === 0 ? 0 : 1;
  }
}
