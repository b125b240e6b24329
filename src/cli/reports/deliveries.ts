import { parseArgs } from 'node:util';
import { momentText } from '../../reports/period.ts';
import { zoneNamed, type Zone } from '../../words/zone.ts';
import { openDeliveries } from '../../store/sqlite/reports/deliveries.ts';
import { openLocalStore } from '../../store/sqlite/store.ts';
import { scheduledNames } from '../../controller/scheduled-names.ts';
import { messageOf } from '../../words/thrown.ts';
import { configFromArgs } from '../context.ts';
import { linesOf, type DeliveryLine, type ToldDeliveries } from '../../reports/schedule/lines.ts';
import { existingFile } from '../store-command.ts';
import { tableLines } from '../table.ts';
import { isUsageError, print, printJson, printOwn, UsageError } from '../usage.ts';

export const deliveriesHelp = `Usage: billing-codes report deliveries [options]

What this machine's controller sent of the scheduled reports (reports.schedules), to whom, and what failed and why; the latest first.

  --schedule NAME  only this one
  --failed         only what was not delivered
  --json           for programs

A recipient that was refused is tried again after 1, 5, 15 and then every 60 minutes, until the next report is due or the schedule is taken
off the list; whoever has it does not get it again. Kept for 400 days.

Exit codes: 0 done, 1 could not be done, 2 wrong usage.
`;

export type DeliveriesContext = {
  deliveries: ToldDeliveries;
  zone: Zone;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
};

const options = { schedule: { type: 'string' }, failed: { type: 'boolean' }, json: { type: 'boolean' } } as const;

const heads = ['SCHEDULE', 'DUE', 'FOR', 'SENT TO', 'STATE', 'TRIES', 'DELIVERED', 'WHY NOT'];

function show(lines: readonly DeliveryLine[], { stdout, zone }: DeliveriesContext): void {
  if (lines.length === 0) {
    print(stdout, 'Nothing.');
    return;
  }
  const moment = (atMs: number | null) => (atMs === null ? '' : momentText(atMs, zone));
  const rows = lines.map(({ schedule, dueAtMs, name, sentTo, state, tries, deliveredAtMs, error }) => [
    ...[schedule, moment(dueAtMs), name === '' ? 'all' : name, sentTo === '' ? '-' : sentTo],
    ...[state, String(tries), moment(deliveredAtMs), error ?? ''],
  ]);
  print(stdout, tableLines([heads, ...rows]));
}

/** Answers the exit code: 0 done, 2 wrong usage. */
export function deliveriesCommand(args: string[], context: DeliveriesContext): number {
  try {
    const { values } = parseArgs({ args, options });
    const all = linesOf(context.deliveries);
    const { schedule } = values;
    if (schedule !== undefined && !context.deliveries.latest().some((one) => one.schedule === schedule)) {
      throw new UsageError(`--schedule: nothing was ever due of "${schedule}"`);
    }
    const lines = all
      .filter((line) => schedule === undefined || line.schedule === schedule)
      .filter(({ state }) => values.failed !== true || state !== 'delivered');
    if (values.json === true) printJson(context.stdout, { deliveries: lines.map(jsonOf) });
    else show(lines, context);
    return 0;
  } catch (error) {
    if (!isUsageError(error)) throw error;
    print(context.stderr, `billing-codes report deliveries: ${messageOf(error)}`);
    return 2;
  }
}

const jsonOf = ({ dueAtMs, deliveredAtMs, ...line }: DeliveryLine) => ({
  ...line,
  dueAt: new Date(dueAtMs).toISOString(),
  deliveredAt: deliveredAtMs === null ? null : new Date(deliveredAtMs).toISOString(),
});

/** `billing-codes report deliveries …` of the local file that the configuration names. */
export async function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    printOwn(process.stdout, deliveriesHelp);
    return 0;
  }
  const { config, rest } = configFromArgs(args);
  const file = existingFile(config);
  // Brings its schema up to date, as every command does.
  await (await openLocalStore({ file })).close();
  const deliveries = openDeliveries(file, scheduledNames(config));
  try {
    const { stdout, stderr } = process;
    return deliveriesCommand(rest, { deliveries, zone: zoneNamed(config.site.timeZone), stdout, stderr });
  } finally {
    deliveries.close();
  }
}
