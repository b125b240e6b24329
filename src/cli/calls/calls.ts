import { parseArgs } from 'node:util';
import { formatMoney } from '../../rating/money.ts';
import type { CallRecordReader } from '../../store/ports/call-records.ts';
import type { CallMove, Charge, MoveStore } from '../../store/ports/move-store.ts';
import type { CallRecord } from '../../words/call-record.ts';
import { storeCommand, type Output } from '../store-command.ts';
import { partiesOf } from '../../reports/statements/issued.ts';
import { statementWatch, type StatementWatch } from '../statement-watch.ts';
import { tableLines } from '../table.ts';
import { onlyOne, print, printJson, UsageError } from '../usage.ts';

export type CallsContext = Output & {
  store: MoveStore & Pick<CallRecordReader, 'findCallRecord' | 'listCallRecords'>;
  statements: StatementWatch;
};

export const callsHelp = `Usage: billing-codes calls COMMAND …

  move CALL-ID --to-account CODE --why TEXT --by NAME
                               charges a call that is over to another account; reports follow
  list --uncoded [--extension N] [--json]
                               calls that went out without a code (entry.codeLater) and that nobody pays for yet; latest first
  moves [CALL-ID] [--json]     who moved which call, when, from, to and why; latest first

The id of a call is in every report of calls (--format json or csv) and in the log. A moved call is priced again if the account that
pays now has another rate table.

Exit codes: 0 done, 1 could not be done, 2 wrong usage or input and nothing changed.
`;

const moveOptions = { 'to-account': { type: 'string' }, why: { type: 'string' }, by: { type: 'string' } } as const;
const listOptions = { json: { type: 'boolean' } } as const;
const uncodedOptions = {
  uncoded: { type: 'boolean' },
  extension: { type: 'string' },
  json: { type: 'boolean' },
} as const;
const maximumShown = 1000;

const accountText = (name: string | null, id: number | null): string =>
  name ?? (id === null ? 'nobody' : `account ${id}`);
const chargeText = (charge: Charge | null): string =>
  charge === null ? 'no charge' : formatMoney(charge.chargeMicros, charge.currency);

async function move(args: string[], { store, statements, stdout }: CallsContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: moveOptions, allowPositionals: true });
  const callId = onlyOne(positionals, 'CALL-ID');
  const { 'to-account': toAccountCode, why, by: movedBy } = values;
  if (toAccountCode === undefined || why === undefined || movedBy === undefined) {
    throw new UsageError('--to-account CODE, --why TEXT and --by NAME are needed');
  }
  const moved = await store.moveCall({ callId, toAccountCode, why, movedBy });
  const { fromAccountName, fromAccountId, toAccountName } = moved.move;
  print(stdout, `Call ${callId}: from ${accountText(fromAccountName, fromAccountId)} to ${toAccountName}.`);
  if (moved.charge !== null) {
    print(stdout, `Charge: ${chargeText(moved.charge.from)} -> ${chargeText(moved.charge.to)}`);
  }
  const call = await store.findCallRecord(callId);
  if (call !== null) print(stdout, await statements.changed(momentOf(call), partiesOf(moved.move)));
  return 0;
}

async function list(args: string[], { store, stdout }: CallsContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: listOptions, allowPositionals: true });
  const callId = positionals.length === 0 ? undefined : onlyOne(positionals, 'CALL-ID');
  const moves = await store.listMoves({ limit: maximumShown, ...(callId === undefined ? {} : { callId }) });
  if (values.json === true) printJson(stdout, moves, 0);
  else if (moves.length === 0) print(stdout, 'No calls were moved.');
  else print(stdout, tableLines([['when', 'who', 'call', 'from', 'to', 'why'], ...moves.map(row)]));
  return 0;
}

const momentOf = ({ startedAtMs }: CallRecord) => ({ fromMs: startedAtMs, untilMs: startedAtMs + 1 });

const row = (entry: CallMove): string[] => [
  new Date(entry.movedAtMs).toISOString(),
  entry.movedBy,
  entry.callId,
  accountText(entry.fromAccountName, entry.fromAccountId),
  entry.toAccountName,
  entry.why,
];

async function listUncoded(args: string[], { store, stdout }: CallsContext): Promise<number> {
  const { values } = parseArgs({ args, options: uncodedOptions });
  if (values.uncoded !== true)
    throw new UsageError('--uncoded is needed; "billing-codes report calls" lists all calls');
  const records = await store.listCallRecords({ uncodedOf: values.extension ?? null, limit: maximumShown });
  const calls = records.map(uncodedCall);
  if (values.json === true) printJson(stdout, calls, 0);
  else if (calls.length === 0) print(stdout, 'No uncoded calls.');
  else print(stdout, tableLines([uncodedHeading, ...calls.map(uncodedRow)]));
  return 0;
}

const uncodedCall = ({ callId, startedAtMs, extension, callerName, calledE164, ...call }: CallRecord) => ({
  ...{ callId, startedAt: new Date(startedAtMs).toISOString(), extension, callerName },
  ...{ number: calledE164 ?? call.calledNumber ?? '', callType: call.callType ?? '', outcome: call.outcome ?? '' },
  seconds: call.billableMs / 1000,
});

const uncodedHeading = ['started', 'extension', 'caller', 'number', 'call type', 'outcome', 'seconds', 'call'];
const uncodedRow = (call: ReturnType<typeof uncodedCall>): string[] => [
  ...[call.startedAt, call.extension, call.callerName, call.number, call.callType, call.outcome],
  ...[call.seconds.toFixed(1), call.callId],
];

/** `billing-codes calls …`. */
export const { command: callsCommand, run } = storeCommand<CallsContext>({
  name: 'calls',
  help: callsHelp,
  subcommands: new Map([
    ['move', move],
    ['list', listUncoded],
    ['moves', list],
  ]),
  contextOf: (store, config, output) => ({ ...output, store, statements: statementWatch(config) }),
});
