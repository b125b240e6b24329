import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { CopyMark, CopyOrigin, DatabaseIdentity, Resend, SentCall, SetAside } from '../../ports/copy-store.ts';
import { freshSetting, positionSetting as directoryPosition } from './directory.ts';
import { callsPosition } from './call-position.ts';
import { positionSetting as ratesPosition } from './rates.ts';
import { ratesCompleteSetting } from './repricing.ts';
import { readRowSums } from './row-sums.ts';
import type { PerformersOf } from '../performers.ts';
import { prepareSet, prepareSetting, prepareUnset } from '../settings.ts';

const fileSetting = 'identity.database';
/** The rest as JSON: the database that this file is a copy of, … */
const sourceSetting = 'copy.source';
const markSetting = 'copy.mark';
/** … and why it is to begin again. */
const againSetting = 'copy.again';
const madeHereSetting = 'copy.made_here';
const resendSetting = 'copy.resend';

/** What is kept of a copy of another database. */
export const directorySettings = [
  ...[directoryPosition, ratesPosition, callsPosition],
  ...[freshSetting, againSetting, resendSetting, ratesCompleteSetting],
];

const noMark: CopyMark = { beat: 0, sentUpTo: 0, directory: null, rates: null };

/** What was sent longer ago is not sent again: backups are not restored that late, and archiving may have taken it away. */
const resendDays = 30;
/** Deleted with each mark. */
const forgottenAtOnce = 2000;
const dayMs = 86_400_000;

export type CopyOperations = {
  noteSource: { input: DatabaseIdentity; result: null };
  noteMadeHere: { input: null; result: null };
  noteMark: { input: CopyMark; result: null };
  renewFileId: { input: null; result: null };
  askAgain: { input: string; result: null };
  beginAgain: { input: { source: DatabaseIdentity; mark: CopyMark }; result: null };
  resendSetAside: { input: readonly string[]; result: number };
  resend: { input: { callIds: readonly string[]; left: Resend | null }; result: null };
};
type Performers = PerformersOf<CopyOperations>;

/** Makes the operations of the writer on what this file is a copy of, to be run inside its transaction. */
export function prepareCopy(db: Database): Performers {
  const insert = prepareSet(db);
  const remove = prepareUnset(db);
  const set = (name: string, value: unknown): void => {
    insert.run(name, JSON.stringify(value));
  };
  const pending = prepareSetting(db);
  const lastSent = db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM outbox_sent').pluck();
  const forget = db.prepare(`DELETE FROM outbox_sent
WHERE seq IN (SELECT seq FROM outbox_sent ORDER BY seq LIMIT ${forgottenAtOnce}) AND sent_at < ?`);
  return {
    noteSource(source) {
      set(sourceSetting, source);
      for (const name of [markSetting, madeHereSetting]) remove.run(name);
      return null;
    },
    noteMadeHere() {
      set(madeHereSetting, true);
      return null;
    },
    noteMark(mark) {
      set(markSetting, mark);
      forget.run(Date.now() - resendDays * dayMs);
      return null;
    },
    renewFileId() {
      insert.run(fileSetting, randomUUID());
      remove.run(markSetting);
      return null;
    },
    askAgain(why) {
      set(againSetting, why);
      return null;
    },
    beginAgain({ source, mark }) {
      set(sourceSetting, source);
      for (const name of [directoryPosition, ratesPosition, callsPosition, againSetting]) remove.run(name);
      set(markSetting, mark);
      const earlier = pending.get(resendSetting);
      const lostAfter = Math.min(
        mark.sentUpTo,
        earlier === undefined ? Infinity : (JSON.parse(earlier) as Resend).lostAfter,
      );
      set(resendSetting, { after: 0, upTo: lastSent.get() ?? 0, lostAfter } satisfies Resend);
      return null;
    },
    ...prepareResending(db),
  };
}

/** Of those, what puts calls into the outbox again. */
function prepareResending(db: Database): Pick<Performers, 'resend' | 'resendSetAside'> {
  const insert = prepareSet(db);
  const remove = prepareUnset(db);
  const queue = db.prepare('INSERT INTO outbox (call_id) VALUES (?)');
  const isSetAside = db.prepare<[string], number>('SELECT 1 FROM outbox_refused WHERE call_id = ?').pluck();
  return {
    resendSetAside(callIds) {
      const known = callIds.filter((callId) => isSetAside.get(callId) !== undefined);
      for (const callId of known) queue.run(callId);
      return known.length;
    },
    resend({ callIds, left }) {
      for (const callId of callIds) queue.run(callId);
      if (left === null) remove.run(resendSetting);
      else insert.run(resendSetting, JSON.stringify(left));
      return null;
    },
  };
}

/** Reads on the calling thread. */
export function readCopy(db: Database) {
  const rowSums = readRowSums(db);
  const setting = prepareSetting(db);
  const read = (name: string): unknown => {
    const text = setting.get(name);
    return text === undefined ? null : JSON.parse(text);
  };
  const hasDirectory = db
    .prepare<[], number>(
      `SELECT EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM extensions) OR EXISTS (SELECT 1 FROM departments)
  OR EXISTS (SELECT 1 FROM rate_tables)`,
    )
    .pluck();
  const hasRecords = db.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM call_records)').pluck();
  const sent = db.prepare<[number, number, number], SentCall>(
    'SELECT seq, call_id AS callId FROM outbox_sent WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
  );
  const refused = db.prepare<[], SetAside>(
    'SELECT call_id AS callId, reason, refused_at AS atMs FROM outbox_refused ORDER BY refused_at DESC, call_id',
  );
  const settledUpTo = db
    .prepare<[], number>(
      `SELECT coalesce((SELECT min(seq) - 1 FROM outbox), (SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0)`,
    )
    .pluck();
  return {
    rowSums,
    origin(): CopyOrigin {
      const origin = {
        fileId: setting.get(fileSetting) ?? '',
        source: read(sourceSetting) as DatabaseIdentity | null,
        hasCopied: setting.get(directoryPosition) !== undefined || setting.get(freshSetting) !== undefined,
        hasDirectory: hasDirectory.get() === 1,
        again: read(againSetting) as string | null,
      };
      const isUnlinked = origin.source === null && !origin.hasCopied && origin.hasDirectory;
      // One that has served calls, or is noted to have.
      const isMadeHere = isUnlinked && (read(madeHereSetting) === true || hasRecords.get() === 1);
      return { ...origin, isMadeHere };
    },
    mark: (): CopyMark => (read(markSetting) as CopyMark | null) ?? noMark,
    pendingResend: (): Resend | null => read(resendSetting) as Resend | null,
    sent: (after: number, upTo: number, limit: number): SentCall[] => sent.all(after, upTo, limit),
    setAside: (): SetAside[] => refused.all(),
    settledUpTo: (): number => settledUpTo.get() ?? 0,
    keys: ({ sqlite, key }: { sqlite: string; key: string }, limit: number) =>
      db
        .prepare<[number], { id: number; key: string }>(`SELECT id, ${key} AS key FROM ${sqlite} ORDER BY id LIMIT ?`)
        .all(limit),
  };
}
