import { parseArgs } from 'node:util';
import type { ReportSource } from '../../reports/report.ts';
import {
  changedOf,
  chargesText,
  differenceText,
  type ChangedStatement,
  type IssuedStatement,
  type IssuedStore,
} from '../../reports/statements/issued.ts';
import { dayText, wallClock } from '../../reports/period.ts';
import { zoneNamed, type Zone } from '../../words/zone.ts';
import { databaseFile } from '../../controller/database-file.ts';
import { configFromArgs } from '../context.ts';
import { orWrongUsage, type Output } from '../store-command.ts';
import { tableLines } from '../table.ts';
import { print, printJson, printOwn, UsageError } from '../usage.ts';
import { openIssuedHere } from './issued-here.ts';
import { openSource } from './source.ts';

export const statementsHelp = `Usage: billing-codes report statements [options]

Statements that went out: those of schedules once they were delivered, and those that were made with "report statement … --issue".

  --changed   only those that no longer equal their calls, and what these come to now: a period was re-rated, a call was moved or corrected,
              or became known, after the statement went out
  --json      for programs

To issue a corrected one: billing-codes report statement --correct NUMBER --format pdf --output FILE --issue
It has a number of its own, names the one that it takes the place of, and the difference. Kept for 400 days, by the machine that made them.

Exit codes: 0 done (with --changed: none has changed), 1 some have changed, or it could not be done, 2 wrong usage.
`;

export type StatementsContext = Output & { issued: IssuedStore; source: ReportSource; zone: Zone };

const options = { changed: { type: 'boolean' }, json: { type: 'boolean' } } as const;

const day = (atMs: number, zone: Zone): string => dayText(wallClock(atMs, zone));
const daysText = ({ period: { fromMs, untilMs } }: IssuedStatement, zone: Zone): string =>
  `${day(fromMs, zone)} to ${day(untilMs - 1, zone)}`;

const listHeads = ['NUMBER', 'FOR', 'CALLS FROM … TO', 'ISSUED', 'SENT TO', 'CALLS', 'CHARGES'];
const changedHeads = [
  'NUMBER',
  'FOR',
  'CALLS FROM … TO',
  'ISSUED',
  'CALLS',
  'CHARGES',
  'CALLS NOW',
  'CHARGES NOW',
  'DIFFERENCE',
];

const listRow = (one: IssuedStatement, zone: Zone): string[] => [
  ...[one.number, one.name, daysText(one, zone), day(one.issuedAtMs, zone), one.sentTo === '' ? '-' : one.sentTo],
  ...[String(one.calls), chargesText(one.charges)],
];

const changedRow = ({ issued, now }: ChangedStatement, zone: Zone): string[] => [
  ...[issued.number, issued.name, daysText(issued, zone), day(issued.issuedAtMs, zone), String(issued.calls)],
  ...[chargesText(issued.charges), String(now.calls), chargesText(now.charges)],
  differenceText(issued.charges, now.charges),
];

/** Lines of a table of statements that no longer equal, or would not equal, their calls. */
export const changedLines = (changed: readonly ChangedStatement[], zone: Zone): string[] =>
  tableLines([changedHeads, ...changed.map((one) => changedRow(one, zone))]);

export const howToCorrect =
  'To issue a corrected one: billing-codes report statement --correct NUMBER --format pdf --output FILE --issue';

const charged = (charges: IssuedStatement['charges']) =>
  Object.fromEntries(charges.map(([currency, micros]) => [currency, String(micros)]));

const jsonOf = ({
  period,
  issuedAtMs,
  charges,
  number,
  corrects,
  payer,
  name,
  client,
  sentTo,
  calls,
}: IssuedStatement) => ({
  ...{ number, corrects, payer, name, client, sentTo, calls },
  ...{ from: new Date(period.fromMs).toISOString(), until: new Date(period.untilMs).toISOString() },
  ...{ issuedAt: new Date(issuedAtMs).toISOString(), chargeMicros: charged(charges) },
});

async function list(args: string[], { issued, source, zone, stdout }: StatementsContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (positionals.length > 0) throw new UsageError('nothing but options is expected');
  const standing = issued.standing();
  if (values.changed !== true) {
    if (values.json === true) printJson(stdout, { statements: standing.map(jsonOf) });
    else if (standing.length === 0) print(stdout, 'No statement has gone out.');
    else print(stdout, tableLines([listHeads, ...standing.map((one) => listRow(one, zone))]));
    return 0;
  }
  const changed = await changedOf(standing, source);
  if (values.json === true) {
    const statements = changed.map(({ issued: one, now }) => ({
      ...jsonOf(one),
      now: { calls: now.calls, chargeMicros: charged(now.charges) },
    }));
    printJson(stdout, { statements });
  } else if (changed.length === 0) {
    print(stdout, `All of ${standing.length} statements that went out equal their calls.`);
  } else {
    print(stdout, [...changedLines(changed, zone), howToCorrect]);
  }
  return changed.length === 0 ? 0 : 1;
}

/** Answers the exit code. */
export const statementsCommand = (args: string[], context: StatementsContext): Promise<number> =>
  orWrongUsage('report statements', context, () => list(args, context));

/** `billing-codes report statements …` of the store that the configuration names. */
export async function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    printOwn(process.stdout, statementsHelp);
    return 0;
  }
  const { config, rest } = configFromArgs(args);
  const issued = await openIssuedHere(config);
  if (issued === null)
    throw new Error(`${databaseFile(config)} does not exist: no controller has run with this data folder (data.dir)`);
  const source = await openSource(config);
  try {
    const { stdout, stderr } = process;
    return await statementsCommand(rest, { issued, source, zone: zoneNamed(config.site.timeZone), stdout, stderr });
  } finally {
    issued.close();
    await source.close();
  }
}
