import type { Credentials } from '../../words/console.ts';
import { hashOf, newSecret } from './secrets.ts';

/** So long a link by which somebody chooses a password is good. */
export const inviteHours = 72;

type Invite = {
  /** What is kept of it. */
  changes: Pick<Credentials, 'inviteHash' | 'inviteUntilMs'>;
  pathFor: (userId: number) => string;
};

/** A link that is good once, and is seen only now. */
export function newInvite(nowMs: number): Invite {
  const secret = newSecret();
  return {
    changes: { inviteHash: hashOf(secret), inviteUntilMs: nowMs + inviteHours * 3_600_000 },
    pathFor: (userId) => `/invited/${userId}.${secret}`,
  };
}
