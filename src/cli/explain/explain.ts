import { parseArgs } from 'node:util';
import { explainCall } from '../../controller/explaining.ts';
import type { Config } from '../../config/schema.ts';
import type { LocalStore } from '../../store/sqlite/store.ts';
import { siteTimeIn } from '../../words/zone.ts';
import { momentOption } from '../rates/context.ts';
import { onStore, openLocal, orWrongUsage, type Output } from '../store-command.ts';
import { print, printJson, UsageError } from '../usage.ts';
import { keysOf } from '../../numbers/written.ts';
import { verdictLines } from './view.ts';

const help = `Usage: billing-codes explain --number NUMBER [--account CODE] [--authorization CODE] [--extension E] [--at DATE] [--json]

Asks what a controller on this data folder would decide of a call, by the same rules that decide calls, and places none: the rule that
decided, each limit that is set and what is used of it, the price, and how long the two sides could talk. Without --account, it
decides as for a call that was dialled directly, before a code is keyed.

  --number NUMBER     as the caller would key it
  --account CODE      the billing code
  --authorization CODE
                      the code that says who calls (docs/codes.md)
  --extension E       the calling phone
  --at DATE           another moment than now: 2026-01-31T08:00+02:00 (docs/limits.md)

It only reads. What is used comes from the call records of this controller. A call that is up counts as one that has reserved call.maxTalkSeconds.

Exit codes: 0 allowed, 1 refused, or a code would be asked for, 2 wrong usage.
`;

const options = {
  number: { type: 'string' },
  account: { type: 'string' },
  authorization: { type: 'string' },
  extension: { type: 'string' },
  at: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export type ExplainContext = Output & { config: Config; store: LocalStore; nowMs: () => number };

/** `billing-codes explain …`. */
export const explainCommand = (args: string[], context: ExplainContext): Promise<number> =>
  orWrongUsage('explain', context, () => explain(args, context));

async function explain(args: string[], { config, store, stdout, nowMs }: ExplainContext): Promise<number> {
  const time = siteTimeIn(config.site.timeZone);
  const { values } = parseArgs({ args, options });
  if (values.number === undefined) throw new UsageError('--number is missing');
  const atMs = values.at === undefined ? nowMs() : momentOption('--at', values.at, { time });
  const verdict = await explainCall(config, store, {
    keyed: keysOf(values.number),
    authorization: values.authorization ?? null,
    ...{ code: values.account ?? null, extension: values.extension ?? null, atMs },
  });
  if (values.json === true) printJson(stdout, verdict);
  else print(stdout, verdictLines(verdict));
  return verdict.decision === 'allowed' ? 0 : 1;
}

export const run = onStore(
  help,
  () => openLocal,
  (args, store, config, output) => explainCommand(args, { config, store, ...output, nowMs: Date.now }),
);
