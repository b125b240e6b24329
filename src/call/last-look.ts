import { checkCodeFor, type CodeCheck } from '../policy/code.ts';
import type { Account, Extension } from '../words/directory.ts';
import { permissionOf, type InquirySettings } from './inquiry.ts';
import type { CallEvent } from './machine/events.ts';
import type { CallDirectory } from './ports.ts';
import type { Allowed } from './state.ts';

type Directory = Pick<CallDirectory, 'findAccountById' | 'findAccountByCode'>;

export type LastLook = {
  directory: Directory;
  /** As the directory has it now. */
  extension: Extension | null;
  settings: Pick<InquirySettings, 'plan' | 'minimumLevels'>;
  /** UTC milliseconds. */
  nowMs: number;
};

/** Whether accounts and phone of a call that was allowed may still have it, as the directory has them now. Null: they may. */
export async function stillAllowed(
  { payer, number }: Pick<Allowed, 'payer' | 'number'>,
  { directory, extension, settings, nowMs }: LastLook,
): Promise<CallEvent | null> {
  const known = payer.kind === 'account' ? [payer.account, payer.authorizer] : [];
  const now = await allNow(known, directory, nowMs);
  if (!now.ok) return { type: 'code-refused', reason: now.reason };
  const [account = null, authorizer = null] = now.accounts;
  const permission = permissionOf({ account, authorizer, extension, number }, settings);
  if (permission.allowed) return null;
  const { reason, rule } = permission;
  return { type: 'number-refused', reason, rule, isCode: false };
}

type AllNow = { ok: true; accounts: (Account | null)[] } | (CodeCheck & { ok: false });

/** Accounts that were accepted before, as they are now. */
export async function allNow(known: readonly (Account | null)[], directory: Directory, nowMs: number): Promise<AllNow> {
  const accounts: (Account | null)[] = [];
  for (const one of known) {
    const checked = one === null ? null : await accountNow(one, directory, nowMs);
    if (checked?.ok === false) return checked;
    accounts.push(checked?.account ?? null);
  }
  return { ok: true, accounts };
}

/** An account that was accepted before, as it is now: it may have been deleted, disabled, closed by date, or have another code. */
async function accountNow(known: Account, directory: Directory, nowMs: number): Promise<CodeCheck> {
  // One that was looked up live may not be in the copy that is here yet, and is looked up once more; one that was deleted is not found.
  const now = (await directory.findAccountById(known.id)) ?? (await directory.findAccountByCode(known.code));
  const isSame = now?.id === known.id && now.code === known.code;
  return checkCodeFor(known.authorizes ? 'authorizes' : 'pays', isSame ? now : null, nowMs);
}
