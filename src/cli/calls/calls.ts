import { parseArgs } from 'node:util';
import { formatMoney } from '../../rating/money.ts';
import type { CallMove, Charge, MoveStore } from '../../store/ports/move-store.ts';
import { storeCommand, type Output } from '../store-command.ts';
import { tableLines } from '../table.ts';
import { onlyOne, print, printJson, UsageError } from '../usage.ts';

export type CallsContext = Output & { store: MoveStore };

export const callsHelp = `Usage: billing-codes calls COMMAND …

  move CALL-ID --to-account CODE --why TEXT --by NAME
                               charges a call that is over to another account; reports follow
  moves [CALL-ID] [--json]     who moved which call, when, from, to and why; latest first

The id of a call is in every report of calls (--format json or csv) and in the log. A moved call is priced again if the account that
pays now has another rate table.

Exit codes: 0 done, 1 could not be done, 2 wrong usage or input and nothing changed.
`;

const moveOptions = { 'to-account': { type: 'string' }, why: { type: 'string' }, by: { type: 'string' } } as const;
const listOptions = { json: { type: 'boolean' } } as const;
const maximumShown = 1000;

const accountText = (name: string | null, id: number | null): string =>
  name ?? (id === null ? 'nobody' : `account ${id}`);
const chargeText = (charge: Charge | null): string =>
  charge === null ? 'no charge' : formatMoney(charge.chargeMicros, charge.currency);

async function move(args: string[], { store, stdout }: CallsContext): Promise<number> {
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

const row = (entry: CallMove): string[] => [
  new Date(entry.movedAtMs).toISOString(),
  entry.movedBy,
  entry.callId,
  accountText(entry.fromAccountName, entry.fromAccountId),
  entry.toAccountName,
  entry.why,
];

/** `billing-codes calls …`. */
export const { command: callsCommand, run } = storeCommand<CallsContext>({
  name: 'calls',
  help: callsHelp,
  subcommands: new Map([
    ['move', move],
    ['moves', list],
  ]),
  contextOf: (store, _config, output) => ({ ...output, store }),
});
