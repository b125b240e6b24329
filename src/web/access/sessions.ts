import type { ConsoleStore, KnownUser } from '../../store/ports/console-store.ts';
import type { ConsoleSession, ConsoleUser, SignInMethod } from '../../words/console.ts';
import type { SessionLimits } from '../parts.ts';
import { entryOf, type Cookie, type Visit } from '../route.ts';
import { hashOf, newSecret } from './secrets.ts';

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

/** Signs somebody in. A new token each time: one that somebody else put into the browser before is worth nothing. */
export async function openSession(
  { parts, nowMs, address, agent }: Visit,
  user: ConsoleUser,
  method: SignInMethod = 'password',
): Promise<Cookie> {
  const token = newSecret();
  await parts.people.openSession(
    { tokenHash: hashOf(token), userId: user.id, method, createdAtMs: nowMs, seenAtMs: nowMs, address, agent },
    entryOf({ user, address, nowMs }, 'signed-in', user.name),
  );
  return { name: 'session', value: token };
}

/** Signs somebody out: of one session, or (null) of all. */
export async function endSessions({ parts, nowMs }: Visit, userId: number, tokenHash: string | null): Promise<void> {
  await parts.people.endSessions({ userId, tokenHash, idleSinceMs: nowMs - parts.sessions.absoluteMs });
}
