import type { NewUser } from '../store/ports/console-store.ts';

/** Somebody of whom no more is known than a name. */
export const newUser = (name: string, nowMs: number): NewUser => ({
  ...{ name, role: 'caller', departmentId: null, extension: '', isEnabled: true },
  ...{ createdAtMs: nowMs, signedInAtMs: null, passwordHash: null, totpSecret: null, totpStep: 0, recoveryCodes: '' },
  ...{ identity: null, inviteHash: null, inviteUntilMs: null },
});
