import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Config } from '../../config/schema.ts';
import { databaseFile } from '../../controller/database-file.ts';
import { retentionPlan } from '../../operations/retention/plan.ts';
import { tidyUp } from '../../operations/retention/round.ts';
import { isConfigured } from '../../store/sqlserver/settings.ts';
import { usualPeriods, type RetentionPeriods } from '../../words/retention.ts';
import { openLocal } from '../store-command.ts';
import { tableLines } from '../table.ts';
import { print, printJson, UsageError } from '../usage.ts';
import { erase, openShared, whoseOf, type ErasedPerson } from './erase.ts';
import { operation } from './operation.ts';

const help = `billing-codes privacy show [--json]
billing-codes privacy apply [--json]
billing-codes privacy erase --extension NUMBER | --number NUMBER | --account CODE [--yes] [--json]

show    how long what is kept, and which setting (retention.*) or country says so
apply   shortens and removes at once what is due; the controller does so by itself, hour by hour
erase   takes a person out of calls that are over: names, codes, numbers, and the rules and reasons that name them, in the records, their
        corrections and moves, alerts, and the CDR files of these calls. Several of the options narrow it. With --number it says where the
        number still stands otherwise. Without --yes it says what would be erased, and
        erases nothing. Times, amounts, account, extension, destination and country stay, and with them every sum. The audit trail says
        who erased and when; in SQL Server dbo.Erasures does.

A number is written as in reports, such as +18016420100.

Exit codes: 0 done, 1 not done, or not all of it, 2 wrong usage.
`;

const options = {
  extension: { type: 'string' },
  number: { type: 'string' },
  account: { type: 'string' },
  yes: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

const kept: Readonly<Record<keyof RetentionPeriods, string>> = {
  numbersDays: 'whole numbers in call records',
  digitsDays: 'codes that were keyed, in call records',
  recordsDays: 'call records',
  cdrDays: 'CDR files that were taken or quarantined',
  backupsDays: 'backups',
};

function show(config: Config, asJson: boolean): number {
  const plan = retentionPlan(config);
  const { country } = config.retention;
  const rows = (Object.keys(kept) as (keyof RetentionPeriods)[]).map((name) => ({
    ...{ kept: kept[name], setting: `retention.${name}`, days: plan[name] },
    by: config.retention[name] !== -1 ? 'set' : country === '' ? 'default' : `usual in ${country}`,
  }));
  if (asJson) printJson(process.stdout, { country, hiddenDigits: plan.hiddenDigits, rows });
  else {
    const lines = rows.map((row) => [row.kept, row.days === 0 ? 'for ever' : `${row.days} days`, row.by, row.setting]);
    print(process.stdout, tableLines([['what', 'kept', 'because', 'setting'], ...lines]));
    if (country === '')
      print(process.stdout, `retention.country may be one of ${Object.keys(usualPeriods).join(', ')}.`);
  }
  return 0;
}

async function apply(config: Config, asJson: boolean): Promise<number> {
  const store = await openLocal(config);
  try {
    const round = await tidyUp({
      ...{ plan: retentionPlan(config), local: store, fromMs: 0, nowMs: Date.now() },
      openSqlServer: isConfigured(config.sqlserver) ? () => openShared(config) : null,
      ...{ pause: () => pause(20), isStopping: () => false },
    });
    const { problems, ...counts } = round;
    if (asJson) printJson(process.stdout, round);
    else {
      const { numbers, codes, records, cdrs, backups, sqlServerCalls } = counts;
      print(process.stdout, [
        `${numbers} calls lost digits of their numbers, ${codes} the code that was keyed; ${records} records, ${cdrs} CDR files and ${backups} backups were removed.`,
        ...(isConfigured(config.sqlserver) ? [`In SQL Server: ${sqlServerCalls} calls.`] : []),
        ...problems,
      ]);
    }
    return problems.length === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}

function erasedLines(done: ErasedPerson, isDone: boolean): string[] {
  const verb = isDone ? 'were erased' : 'would be erased';
  return [
    `${done.calls} calls in the local file ${verb}${isDone ? `, and ${done.cdrFiles} of their CDR files removed` : ''}.`,
    ...(done.sqlServerCalls === null ? [] : [`${done.sqlServerCalls} calls in SQL Server ${verb}.`]),
    ...done.stays,
    ...(isDone ? [] : ['Nothing was changed: --yes erases.']),
  ];
}

export const run = operation({
  ...{ name: 'privacy', help },
  async work(args, config) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [word, ...more] = positionals;
    if (more.length > 0) throw new UsageError(`does not know ${more.join(' ')}`);
    switch (word) {
      case 'show':
        return show(config, values.json);
      case 'apply':
        return apply(config, values.json);
      case 'erase': {
        if (!existsSync(databaseFile(config)))
          throw new UsageError(`there is no database ${databaseFile(config)} (data.dir)`);
        const done = await erase(config, await whoseOf(config, values), values.yes);
        if (values.json) printJson(process.stdout, { ...done, erased: values.yes });
        else print(process.stdout, erasedLines(done, values.yes));
        return 0;
      }
      default:
        throw new UsageError('takes show, apply or erase');
    }
  },
});
