import { keepLatest } from '../policy/latest.ts';
import type { Account, Extension } from '../words/directory.ts';

/**
 * The codes that were keyed last at phones which may have them again by `#` (`lastCodeMinutes`). In memory alone: a restart forgets
 * them. Whoever uses one asks whether it is still somebody's. `nowMs`: by a clock that nobody sets.
 */
export type LastCodes = {
  /** A code was keyed and accepted. Nothing is kept for a phone that does not opt in. */
  keep(
    extension: Pick<Extension, 'id' | 'lastCodeMinutes'>,
    account: Pick<Account, 'id' | 'code'>,
    nowMs: number,
  ): void;
  /** Null: none was keyed lately. */
  of(extension: Pick<Extension, 'id' | 'lastCodeMinutes'>, nowMs: number): LastCode | null;
  drop(extension: Pick<Extension, 'id'>): void;
};

export type LastCode = { code: string; accountId: number };

/** Beyond these, the phone whose code was keyed longest ago has to key it again. */
const mostPhones = 10_000;

export function createLastCodes(most = mostPhones): LastCodes {
  /** By phone, the one that was keyed longest ago first. */
  const kept = new Map<number, LastCode & { keyedAtMs: number }>();
  return {
    keep({ id, lastCodeMinutes }, account, nowMs) {
      if (lastCodeMinutes === null) return;
      keepLatest(kept, id, { code: account.code, accountId: account.id, keyedAtMs: nowMs }, most);
    },
    of({ id, lastCodeMinutes }, nowMs) {
      const last = kept.get(id);
      if (last === undefined) return null;
      const age = nowMs - last.keyedAtMs;
      // A clock that was set back makes nothing young again.
      if (lastCodeMinutes !== null && age >= 0 && age < lastCodeMinutes * 60_000) return last;
      kept.delete(id);
      return null;
    },
    drop: ({ id }) => void kept.delete(id),
  };
}
