import { checkCodeFor } from '../policy/code.ts';
import type { Account, Extension } from '../words/directory.ts';
import { extensionSpellings } from './inquiry.ts';
import type { CallDirectory } from './ports.ts';

/** The calling phone, as the directory knows it. */
export type CallerPhone = {
  /** Null: the directory does not know it. Rejects where the directory cannot be read. */
  found: Promise<Extension | null>;
  /** What is known by now, without waiting; null: nothing. */
  known(): Extension | null;
  /** As the directory has it now. Rejects where that cannot be read. */
  now(): Promise<Extension | null>;
  /** The account that pays for what the phone forwards, where it may be used now (UTC milliseconds). */
  defaultAccount(nowMs: number): Promise<Account | null>;
};

type Directory = Pick<CallDirectory, 'findExtension' | 'findAccountById'>;

/** `sent`: how the call spelled its extension. */
export function callerPhone(sent: string, directory: Directory): CallerPhone {
  let known: Extension | null = null;
  const found = find();
  // Awaited where it is needed, where a failure is reported.
  found.catch(() => undefined);

  async function find(): Promise<Extension | null> {
    for (const spelling of extensionSpellings(sent)) {
      const extension = await directory.findExtension(spelling);
      if (extension !== null) return (known = extension);
    }
    return null;
  }

  return {
    found,
    known: () => known,
    now: find,
    async defaultAccount(nowMs) {
      const id = (await found)?.defaultAccountId ?? null;
      const checked = checkCodeFor('pays', id === null ? null : await directory.findAccountById(id), nowMs);
      return checked.ok ? checked.account : null;
    },
  };
}
