import type { Account, Extension } from '../words/directory.ts';
import { maskCode } from '../words/mask-code.ts';
import type { Result } from '../words/result.ts';
import type { DirectoryAdmin } from '../store/ports/directory-admin.ts';
import type { DirectoryLookup } from '../store/ports/directory-lookup.ts';

/** Id of the account that pays for what a phone forwards, as it was typed; null: none. */
export type Payer = Result<number | null>;

type Directory = Pick<DirectoryLookup, 'findAccountByCode'> & Pick<DirectoryAdmin, 'accountsNamed'>;

/** Finds accounts by billing code or, in any case, by name. The text is in no answer: it may be a code. */
export function payerFinder(directory: Directory): (text: string) => Promise<Payer> {
  const found = new Map<string, Promise<Payer>>();
  return (text) => {
    const typed = text.trim();
    const payer = found.get(typed) ?? payerNamed(typed, directory);
    found.set(typed, payer);
    return payer;
  };
}

async function payerNamed(text: string, directory: Directory): Promise<Payer> {
  const account = await accountNamed(text, directory);
  return account.ok ? { ok: true, value: account.value?.id ?? null } : account;
}

/** The account itself, by its billing code or, in any case, by name; null: nothing was typed. */
export async function accountNamed(text: string, directory: Directory): Promise<Result<Account | null>> {
  const typed = text.trim();
  if (typed === '') return { ok: true, value: null };
  const byCode = await directory.findAccountByCode(typed);
  if (byCode !== null) return { ok: true, value: byCode };
  const named = await directory.accountsNamed(typed);
  const [account, ...more] = named;
  if (account === undefined) return { ok: false, problem: 'no account has this billing code or name' };
  if (more.length > 0) return { ok: false, problem: `${named.length} accounts have this name: give a billing code` };
  return { ok: true, value: account };
}

/** With more payers than this all accounts are read at once: a look-up is a round trip where the store is a server. */
const maximumLookups = 100;

/** The accounts that pay for what these phones forward, by id. */
export async function payersOf(
  extensions: readonly Extension[],
  directory: Pick<DirectoryLookup, 'findAccountById'> & Pick<DirectoryAdmin, 'listAccounts'>,
): Promise<ReadonlyMap<number, Account>> {
  const ids = new Set(extensions.flatMap(({ defaultAccountId }) => defaultAccountId ?? []));
  const accounts =
    ids.size > maximumLookups
      ? await directory.listAccounts()
      : await Promise.all([...ids].map((id) => directory.findAccountById(id)));
  return new Map(accounts.flatMap((account) => (account === null ? [] : [[account.id, account]])));
}

/** For people: name, and the code but for what makes it a secret. */
export const payerText = ({ name, code }: Account): string => `${name} (${maskCode(code)})`;
