import type { KnownUser } from '../../store/ports/console-store.ts';
import type { ConsoleSession, Role, SecondFactorPolicy } from '../../words/console.ts';
import type { Result } from '../../words/result.ts';
import { entryOf, type Visit } from '../route.ts';
import { secondFactorTexts as texts } from '../texts/second-factor.ts';
import { messageOf } from '../../words/thrown.ts';
import { without } from './recovery-codes.ts';
import { hashOf } from './secrets.ts';
import { stepOf } from './totp.ts';

/** Whether a password alone lets nobody of this role in. */
export function isNeeded(role: Role, policy: SecondFactorPolicy): boolean {
  switch (policy) {
    case 'optional':
      return false;
    case 'administrators':
      return role === 'administrator';
    case 'everyone':
      return true;
  }
}

/** Who came by the identity provider was asked there for what the organization asks for. */
export const mustSetUp = (user: KnownUser, { method }: ConsoleSession, policy: SecondFactorPolicy): boolean =>
  method === 'password' && user.totpSecret === null && isNeeded(user.role, policy);

/** Without a second factor. */
export const noFactor = { totpSecret: null, totpStep: 0, recoveryCodes: '' } as const;

/** Said below the field. */
type Refused = { status: 403 | 429; text: string };

/**
 * Whether the user has what makes this code: the app, or a recovery code. Each is good once, and tries get slower as those of
 * passwords do, whoever has the password: only a right code makes them quick again.
 */
export const prove = (visit: Visit, userId: number, typed: string): Promise<Result<KnownUser, Refused>> =>
  // One after the other: a code that comes twice at the same moment is good once.
  visit.parts.inTurn(`second factor ${userId}`, async () => {
    const { parts, address, nowMs } = visit;
    const key = [`second-factor ${userId}`] as const;
    const waitMs = parts.signIn.waitMs(key);
    if (waitMs > 0) return { ok: false, problem: { status: 429, text: texts.wait(Math.ceil(waitMs / 1000)) } };
    parts.signIn.failed(key);
    const user = await parts.people.findUserById(userId);
    const used = user === null ? null : usedBy(user, typed, nowMs);
    if (user === null || used === null || (await isUsedElsewhere(parts, user, used))) {
      const who = { user, address, nowMs };
      await parts.people.appendAudit(entryOf(who, 'second-factor-refused', user?.name ?? ''));
      return { ok: false, problem: { status: 403, text: texts.wrongCode } };
    }
    const entry =
      used.recoveryCodes === undefined ? null : entryOf({ user, address, nowMs }, 'recovery-code-used', user.name);
    await parts.people.changeUser(userId, used, entry);
    parts.signIn.succeeded(key);
    return { ok: true, value: { ...user, ...used } };
  });

/** Whether the same code was good on another controller, which has not told it yet. While SQL Server is away, nobody knows. */
async function isUsedElsewhere(
  parts: Visit['parts'],
  { totpSecret, recoveryCodes }: KnownUser,
  { totpStep, recoveryCodes: left }: Used,
): Promise<boolean> {
  const which = left === undefined ? `step ${totpStep}` : `recovery code ${goneFrom(recoveryCodes, left)}`;
  const key = hashOf(`${totpSecret} ${which}`);
  try {
    return (await (await parts.once())?.begin({ kind: 'code', key, fingerprint: key })) != null;
  } catch (error) {
    parts.problem(messageOf(error));
    return false;
  }
}

/** Those of one list that are not in the other. */
function goneFrom(all: string, left: string): string {
  const others = new Set(left.split(' '));
  return all
    .split(' ')
    .filter((one) => !others.has(one))
    .join(' ');
}

type Used = Partial<Pick<KnownUser, 'totpStep' | 'recoveryCodes'>>;

/** What changes once this code is used; null: it is not good. */
function usedBy({ totpSecret, totpStep, recoveryCodes }: KnownUser, typed: string, atMs: number): Used | null {
  if (totpSecret === null) return null;
  const code = typed.replace(/\s/g, '').slice(0, 100);
  const step = stepOf(code, totpSecret, { atMs, lastStep: totpStep });
  if (step !== null) return { totpStep: step };
  const left = without(code, recoveryCodes, totpSecret);
  return left === null ? null : { recoveryCodes: left };
}
