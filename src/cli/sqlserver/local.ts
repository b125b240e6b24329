import { parseArgs } from 'node:util';
import type { Config } from '../../config/schema.ts';
import { callRecordFieldNames, secretFields, type CallRecord } from '../../words/call-record.ts';
import { maskCode } from '../../words/mask-code.ts';
import { messageOf } from '../../words/thrown.ts';
import type { LocalStore } from '../../store/sqlite/store.ts';
import { openLocal } from '../store-command.ts';
import { tableLines } from '../table.ts';
import { complain, isUsageError, onlyOne, print, printJson, UsageError } from '../usage.ts';

type LocalCommand = (args: string[], store: LocalStore) => Promise<number>;

const momentText = (ms: number): string => new Date(ms).toISOString();

/** What the local file is, and what waits in it. */
async function status(args: string[], store: LocalStore): Promise<number> {
  parseArgs({ args, options: {} });
  const { fileId, source, hasCopied, hasDirectory, isMadeHere, again } = await store.copyOrigin();
  const { waiting, refused } = await store.outboxCounts();
  const [fresh, move, resend] = [await store.freshAtMs(), await store.moveState(), await store.pendingResend()];
  const copyOf = source === null ? (hasCopied ? 'a database that was not noted' : 'none') : source.databaseId;
  const rows: [string, string][] = [
    ['this file', fileId],
    [
      'copy of',
      isMadeHere || (source === null && !hasCopied && hasDirectory) ? 'none: the directory was made here' : copyOf,
    ],
    ['up to date', fresh === null ? 'never' : momentText(fresh)],
    ['waiting', `${waiting} changes of call records`],
    ['set aside', `${refused} call records${refused === 0 ? '' : ' (billing-codes sqlserver set-aside list)'}`],
    ...(again === null ? [] : [['to copy again', again] satisfies [string, string]]),
    ...(resend === null
      ? []
      : [['comparing', `${resend.upTo - resend.after} sent records`] satisfies [string, string]]),
    ...(move === null ? [] : [['move', `to ${move.databaseId} is under way: run it again`] satisfies [string, string]]),
  ];
  for (const [name, value] of rows) print(process.stdout, `${name.padEnd(15)}${value}`);
  return 0;
}

async function copyAgain(args: string[], store: LocalStore): Promise<number> {
  parseArgs({ args, options: {} });
  if ((await store.copyOrigin()).source === null) {
    print(
      process.stderr,
      'billing-codes: the local file is not a copy of a SQL Server: there is nothing to copy again',
    );
    return 2;
  }
  await store.askAgain('an administrator asked for it (billing-codes sqlserver copy-again)');
  print(
    process.stdout,
    'The controller copies everything again within seconds; one that is not running, when it starts.',
  );
  return 0;
}

const secrets: readonly (keyof CallRecord)[] = secretFields;
function valueText(record: CallRecord, field: keyof CallRecord): string {
  const value = record[field];
  if (value === null) return '';
  if (secrets.includes(field)) return maskCode(String(value));
  return field.endsWith('AtMs') && typeof value === 'number' ? momentText(value) : String(value);
}

const setAsideOptions = { json: { type: 'boolean' }, all: { type: 'boolean' } } as const;

async function setAside(args: string[], store: LocalStore): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: setAsideOptions, allowPositionals: true });
  const [command, ...callIds] = positionals;
  const all = await store.listSetAside();
  switch (command) {
    case 'list': {
      if (values.json === true) printJson(process.stdout, all, 0);
      else if (all.length === 0) print(process.stdout, 'No call records were set aside.');
      else {
        const rows = all.map(({ callId, reason, atMs }) => [momentText(atMs), callId, reason]);
        print(process.stdout, tableLines([['refused', 'call', 'why'], ...rows]));
      }
      return 0;
    }
    case 'show': {
      const callId = onlyOne(callIds, 'CALL-ID');
      const one = all.find((refused) => refused.callId === callId);
      const record = await store.findCallRecord(callId);
      if (one === undefined || record === null) {
        complain(`: the record of call ${callId} was not set aside`);
        return 1;
      }
      print(process.stdout, `Refused ${momentText(one.atMs)}: ${one.reason}`);
      for (const line of tableLines(callRecordFieldNames.map((field) => [field, valueText(record, field)]))) {
        print(process.stdout, line);
      }
      return 0;
    }
    case 'resend': {
      if ((callIds.length === 0) === (values.all !== true)) throw new UsageError('resend takes CALL-ID … or --all');
      const asked = values.all === true ? all.map(({ callId }) => callId) : callIds;
      const count = await store.resendSetAside(asked);
      print(
        process.stdout,
        `${count} call records will be sent again; billing-codes sqlserver set-aside list shows what is left.`,
      );
      return count === asked.length ? 0 : 1;
    }
    default:
      throw new UsageError('set-aside takes list, show or resend');
  }
}

const onStore =
  (command: LocalCommand) =>
  async (args: string[], config: Config): Promise<number> => {
    const store = await openLocal(config);
    try {
      return await command(args, store);
    } catch (error) {
      if (!isUsageError(error)) throw error;
      complain(`: ${messageOf(error)}; see billing-codes sqlserver --help`);
      return 2;
    } finally {
      await store.close();
    }
  };

/** `billing-codes sqlserver …` on the local file. */
export const localCommands: ReadonlyMap<string, (args: string[], config: Config) => Promise<number>> = new Map([
  ['status', onStore(status)],
  ['copy-again', onStore(copyAgain)],
  ['set-aside', onStore(setAside)],
]);
