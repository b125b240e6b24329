import { tableLines } from '../src/cli/table.ts';
import { messageOf } from '../src/words/thrown.ts';
import { consolePages } from './bench/console.ts';
import { decisions } from './bench/decisions.ts';
import { delay } from './bench/delay.ts';
import { freeswitch } from './bench/freeswitch.ts';
import { growth } from './bench/growth.ts';
import { describeMachine } from './bench/machine.ts';
import type { Report } from './bench/measure.ts';
import { memory } from './bench/memory.ts';
import { parseOptions, UsageError, type BenchOptions } from './bench/options.ts';
import { reports } from './bench/reports.ts';
import { sqlserver } from './bench/sqlserver.ts';
import { throughput } from './bench/throughput.ts';

const help = `npm run bench -- CASE [OPTION …]

Measures the controller beside what it is to be held against, in the same run: rounds are interleaved, figures are medians with
the minimum and maximum of all rounds, ratios are taken within a round.

  throughput   calls a second and CPU a call, beside a bare TCP controller and modesl as it comes
  decisions    decisions about calls by 1,000,000 accounts, with limits and without, and calls reserved and settled in the file
  growth       bytes and events a call at 1, 10, 100 and 1,000 calls at once
  delay        last digit to bridge command inside the controller at 10, 100 and 1,000 calls at once
  memory       memory of a waiting call at 10,000 calls at once, and over 100,000 calls
  freeswitch   last digit to INVITE and CPU a call with the FreeSWITCH that FREESWITCH_BIN names, beside the dialplan
               alone, a Lua script with SQLite inside FreeSWITCH, and the bare controller
  reports      a month of 10,000,000 call records by every grouping, beside a plain GROUP BY
  console      pages of the web console over 10,000,000 calls and 1,000,000 accounts, for 50 users while 100 calls a second run,
               and last digit to bridge with and without them
  sqlserver    the procedures of sql/sqlserver over a month of 1,000,000 call records, beside a plain GROUP BY, and records as
               controllers send them beside a bulk load, in a database of its own on the server that BILLING_TEST_SQLSERVER names

  --rounds N       rounds that count (5); one more warms up
  --seconds N      length of one measurement
  --calls N        calls of one measurement
  --at-once N,N    calls at once
  --json           every figure of every round, as one JSON document
  --quiet          no progress on stderr
`;

const cases: Record<string, (options: BenchOptions) => Promise<Report>> = {
  throughput,
  console: consolePages,
  decisions,
  growth,
  delay,
  memory,
  freeswitch,
  reports,
  sqlserver,
};

async function main(args: string[]): Promise<number> {
  if (args.includes('--help') || args.length === 0) {
    process.stdout.write(help);
    return args.length === 0 ? 2 : 0;
  }
  const { name, json, options } = parseOptions(args);
  const run = Object.hasOwn(cases, name) ? cases[name] : undefined;
  if (run === undefined) throw new UsageError(`no such case: ${name}`);
  const machine = describeMachine();
  const report = await run(options);
  process.stdout.write(
    json ? `${JSON.stringify({ case: name, machine, ...report })}\n` : asText(name, machine, report),
  );
  return 0;
}

function asText(name: string, machine: string, { tables, goals }: Report): string {
  const parts = tables.map(({ title, rows }) => `${title}\n${tableLines(rows).join('\n')}`);
  const goalRows = goals.map(({ what, goal, measured, met }) => [what, goal, measured, met ? 'met' : 'MISSED']);
  parts.push(tableLines([['goal', '', 'measured', ''], ...goalRows]).join('\n'));
  return `${name} — ${machine}\n\n${parts.join('\n\n')}\n`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(
    `bench: ${messageOf(error)}${error instanceof UsageError ? '; see npm run bench -- --help' : ''}\n`,
  );
  // Whatever a case that failed has left open; processes that it started end when this one does.
  process.exit(error instanceof UsageError ? 2 : 1);
}
