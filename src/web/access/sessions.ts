import type { ConsoleStore, KnownUser } from '../../store/ports/console-store.ts';
import type { ConsoleSession, NewAuditEntry } from '../../words/console.ts';
import { hashOf, newSecret } from './secrets.ts';

export type SessionLimits = { idleMs: number; absoluteMs: number };

/** Somebody who is signed in. */
export type SignedIn = { user: KnownUser; session: ConsoleSession; token: string };

/** It is noted this often that a session is still used. */
const noteEveryMs = 60_000;

/** Who has this token; null: nobody any more. `isUse`: somebody does something, rather than a page that moves by itself. */
export async function sessionOf(
  token: string,
  { people, limits, nowMs, isUse }: { people: ConsoleStore; limits: SessionLimits; nowMs: number; isUse: boolean },
): Promise<SignedIn | null> {
  const session = await people.findSession(hashOf(token));
  if (session === null) return null;
  const isOver = nowMs - session.seenAtMs >= limits.idleMs || nowMs - session.createdAtMs >= limits.absoluteMs;
  // A clock that was set back does not make a session last longer.
  const isFromLater = session.createdAtMs > nowMs + noteEveryMs;
  if (isOver || isFromLater) return null;
  const user = await people.findUserById(session.userId);
  if (user?.isEnabled !== true) return null;
  // Reading goes on where nothing can be written: the session then ends as if nobody had used it.
  if (isUse && nowMs - session.seenAtMs >= noteEveryMs)
    await people.seeSession(session.tokenHash, nowMs).catch(() => undefined);
  return { user, session, token };
}

/** A new token each time: one that somebody else has put into the browser before is worth nothing. */
export async function openSession(
  people: ConsoleStore,
  about: { userId: number; nowMs: number; address: string; agent: string },
  entry: NewAuditEntry,
): Promise<string> {
  const token = newSecret();
  const { userId, nowMs, address, agent } = about;
  await people.openSession(
    { tokenHash: hashOf(token), userId, createdAtMs: nowMs, seenAtMs: nowMs, address, agent: agent.slice(0, 200) },
    entry,
  );
  return token;
}
