import { parseArgs } from 'node:util';
import { reconcile, type Disagreement } from '../../records/reconcile.ts';
import { endingOfCdrs } from '../../freeswitch/cdr/ending.ts';
import { readCdrFolder } from '../../freeswitch/cdr/folder.ts';
import { configFromArgs } from '../context.ts';
import { openLocal } from '../store-command.ts';
import { siteTimeIn } from '../../words/zone.ts';
import { parseMoment } from '../../directory/moment.ts';
import { complain, print, printJson, printOwn } from '../usage.ts';

const help = `billing-codes reconcile --from DATE --to DATE [--cdr-dir FOLDER] [--json]

Compares call records with FreeSWITCH's CDR files call by call, and prints records that are missing, duplicate, open although the
call is over, without a CDR, or different (outcome, milliseconds, cause). Exit code 1 if there are any.

  --from, --to   calls that began in this period, e.g. 2026-01-31 (midnight at the site) or 2026-01-31T08:00+02:00; --to is exclusive
  --cdr-dir      the folder that mod_json_cdr writes to (default: the setting cdr.dir); processed files are still in it
  --json         one JSON object per line
`;

/** A call's CDRs are written at its end: one that began before --to may be found in a later file, and its legs apart. */
const longestCallMs = 7 * 86_400_000;

export async function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    printOwn(process.stdout, help);
    return 0;
  }
  const { config, rest } = configFromArgs(args);
  const { values } = parseArgs({
    args: rest,
    options: { from: { type: 'string' }, to: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const time = siteTimeIn(config.site.timeZone);
  const from = parseMoment(values.from ?? '', time);
  const to = parseMoment(values.to ?? '', time);
  if (!from.ok || !to.ok || from.value >= to.value || config.cdr.dir === '') {
    const why = !from.ok ? `--from: ${from.problem}` : !to.ok ? `--to: ${to.problem}` : null;
    const other =
      config.cdr.dir === '' ? '--cdr-dir FOLDER is needed, or the setting cdr.dir' : '--from must be before --to';
    complain(` reconcile: ${why ?? other}`);
    return 2;
  }
  const store = await openLocal(config);
  try {
    const records = await store.listCallRecords({ fromMs: from.value, untilMs: to.value });
    const recorded = new Set(records.map(({ callId }) => callId));
    const { legs, unreadable } = await readCdrFolder(config.cdr.dir, from.value, to.value + longestCallMs);
    // The caller's leg says when a call began; one that is of the time without a record is what we look for.
    const begun = new Set(
      legs
        .filter(({ side, startedAtMs, facts }) => side === 'caller' && facts !== null && inTime(startedAtMs))
        .map(({ callId }) => callId),
    );
    const { calls, agreeing, disagreements } = reconcile(
      records,
      legs.filter(({ callId }) => recorded.has(callId) || begun.has(callId)),
      endingOfCdrs,
    );
    for (const one of disagreements) {
      if (values.json) printJson(process.stdout, one, 0);
      else print(process.stdout, lineOf(one));
    }
    const files = unreadable === 0 ? '' : `, ${unreadable} files that are not CDRs`;
    print(process.stderr, `${calls} calls, ${agreeing} agree, ${disagreements.length} disagreements${files}`);
    return disagreements.length === 0 ? 0 : 1;
  } finally {
    await store.close();
  }

  function inTime(ms: number): boolean {
    return from.ok && to.ok && ms >= from.value && ms < to.value;
  }
}

function lineOf(one: Disagreement): string {
  const head = `${one.kind.padEnd(8)}  ${one.callId}  `;
  switch (one.kind) {
    case 'missing':
      return `${head}FreeSWITCH: ${one.says}; no record`;
    case 'doubled':
      return `${head}${one.records} records`;
    case 'open':
      return `${head}the record is open; FreeSWITCH: ${one.says}`;
    case 'no-cdr':
      return `${head}record: ${one.says}; FreeSWITCH: no CDR`;
    case 'differs':
      return `${head}${one.what}: record ${one.record}, FreeSWITCH ${one.cdr}`;
  }
}
