import { StoreError } from '../../ports/store-error.ts';
import { keptMs, openBeside } from './beside.ts';

/** What was said of calls without a code. It throws a `StoreError`. */
export type SentReminders = {
  sent(callId: string, kind: string): boolean;
  note(says: readonly (readonly [callId: string, kind: string])[], atMs: number): void;
  /** What links in reminders are signed with. */
  linkKey(): Uint8Array;
  close(): void;
};

export const selectLinkKey = "SELECT key FROM link_keys WHERE purpose = 'my-calls'";

/** Nothing is signed with a key that anybody knows. */
export function linkKeyOf(key: Uint8Array | undefined, file: string): Uint8Array {
  if (key !== undefined && key.length >= 32) return key;
  throw new StoreError('unavailable', `${file}: link_keys has no key of 32 bytes for my-calls`);
}

/** On a connection of its own; the schema must be up to date. */
export function openReminders(file: string): SentReminders {
  const { db, attempt } = openBeside(file, 'The reminder');
  const find = db
    .prepare<[string, string], number>('SELECT 1 FROM call_reminders WHERE call_id = ? AND kind = ?')
    .pluck();
  const insert = db.prepare<[string, string, number]>(
    'INSERT OR IGNORE INTO call_reminders (call_id, kind, sent_at) VALUES (?, ?, ?)',
  );
  const forget = db.prepare<[number]>('DELETE FROM call_reminders WHERE sent_at < ?');
  const key = db.prepare<[], Uint8Array>(selectLinkKey).pluck();
  const noteAll = db.transaction((says: readonly (readonly [string, string])[], atMs: number) => {
    for (const [callId, kind] of says) insert.run(callId, kind, atMs);
    forget.run(atMs - keptMs);
  });
  return {
    sent: (callId, kind) => attempt(() => find.get(callId, kind)) !== undefined,
    note: (says, atMs) => attempt(() => noteAll.immediate(says, atMs)),
    linkKey: () => attempt(() => linkKeyOf(key.get(), file)),
    close: () => db.close(),
  };
}
