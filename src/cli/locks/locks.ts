import { parseArgs } from 'node:util';
import type { PhoneLockStore } from '../../store/ports/phone-locks.ts';
import { everyPhone, type KeptLock } from '../../words/phone-lock.ts';
import { storeCommand, type Output } from '../store-command.ts';
import { tableLines } from '../table.ts';
import { print, printJson, UsageError } from '../usage.ts';

export type LocksContext = Output & { store: PhoneLockStore; nowMs: () => number };

export const locksHelp = `Usage: billing-codes locks COMMAND …

  list [--json]                phones whose codes are not looked at for a while, since too many were wrong
  release --extension NUMBER   ends the lock of a phone, and forgets its wrong codes
  release --all                ends all of them; codes that are new to a phone are good at once again

Every controller goes by it within a second. What is counted, and when a phone is locked: guessing.* in the configuration, and
docs/guessing.md.

Exit codes: 0 done, 1 no such lock, 2 wrong usage and nothing changed.
`;

async function list(args: string[], { store, stdout, nowMs }: LocksContext): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const locks = await store.listLocks(nowMs());
  if (values.json === true) printJson(stdout, locks);
  else if (locks.length === 0) print(stdout, 'No phone is locked.');
  else print(stdout, tableLines([['extension', 'since', 'until', 'seen by'], ...locks.map(row)]));
  return 0;
}

const row = ({ phone, sinceMs, untilMs, controller }: KeptLock): string[] => [
  phone === everyPhone ? 'every phone: new codes are to be keyed twice' : phone,
  new Date(sinceMs).toISOString(),
  new Date(untilMs).toISOString(),
  controller,
];

async function release(args: string[], { store, stdout, stderr }: LocksContext): Promise<number> {
  const { values } = parseArgs({ args, options: { extension: { type: 'string' }, all: { type: 'boolean' } } });
  const { extension, all = false } = values;
  if ((extension !== undefined) === all) throw new UsageError('--extension NUMBER or --all is needed');
  const released = await store.releaseLocks(extension ?? null);
  if (released === 0) {
    print(stderr, extension === undefined ? 'No phone is locked.' : `${extension} is not locked.`);
    return 1;
  }
  print(stdout, released === 1 ? 'Released 1 lock.' : `Released ${released} locks.`);
  return 0;
}

/** `billing-codes locks …`. */
export const { command: locksCommand, run } = storeCommand<LocksContext>({
  name: 'locks',
  help: locksHelp,
  subcommands: new Map([
    ['list', list],
    ['release', release],
  ]),
  contextOf: (store, _config, output) => ({ ...output, store, nowMs: () => Date.now() }),
});
