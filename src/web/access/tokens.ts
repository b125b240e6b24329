import type { ConsoleStore, KnownUser } from '../../store/ports/console-store.ts';
import type { ApiToken } from '../../words/console.ts';
import { hashOf, newSecret } from './secrets.ts';

/** By which a person, or a scanner for leaked secrets, recognises a token. */
const prefix = 'bcode_';

/** 256 bits; shown once, and kept as a hash. */
export const newToken = (): string => `${prefix}${newSecret()}`;

/** It is noted this often that a token is still used. */
const noteEveryMs = 60_000;

/** Whose token this is, if it is still good; null: nobody's. */
export async function tokenUser(
  token: string,
  { people, nowMs }: { people: ConsoleStore; nowMs: number },
): Promise<{ token: ApiToken; user: KnownUser } | null> {
  if (!token.startsWith(prefix) || token.length > 100) return null;
  const found = await people.findToken(hashOf(token));
  if (found === null || found.revokedAtMs !== null || found.expiresAtMs <= nowMs) return null;
  const user = await people.findUserById(found.userId);
  if (user?.isEnabled !== true) return null;
  // Reading goes on where nothing can be written.
  if (nowMs - (found.usedAtMs ?? 0) >= noteEveryMs) await people.seeToken(found.id, nowMs).catch(() => undefined);
  return { token: found, user };
}
