import type { Account } from '../../words/directory.ts';
import { maskCode } from '../../words/mask-code.ts';
import type { DirectoryAdmin, DirectoryLookup } from '../../store/ports/store.ts';

type Directory = Pick<DirectoryLookup, 'findAccountByCode'> & Pick<DirectoryAdmin, 'listAccounts'>;

/** The account that pays for what a phone forwards, as it was typed. */
export type Payer = { ok: true; accountId: number | null } | { ok: false; error: string };

/** Finds accounts by billing code or, in any case, by name. The text is in no answer: it may be a code. */
export function payerFinder(directory: Directory): (text: string) => Promise<Payer> {
  const found = new Map<string, Promise<Payer>>();
  return (text) => {
    const typed = text.trim();
    const payer = found.get(typed) ?? find(typed, directory);
    found.set(typed, payer);
    return payer;
  };
}

async function find(typed: string, directory: Directory): Promise<Payer> {
  if (typed === '') return { ok: true, accountId: null };
  const byCode = await directory.findAccountByCode(typed);
  if (byCode !== null) return { ok: true, accountId: byCode.id };
  const sought = typed.toLowerCase();
  const named = (await directory.listAccounts({ search: typed })).filter(({ name }) => name.toLowerCase() === sought);
  const [account, ...more] = named;
  if (account === undefined) return { ok: false, error: 'no account has this billing code or name' };
  if (more.length > 0) return { ok: false, error: `${named.length} accounts have this name: give a billing code` };
  return { ok: true, accountId: account.id };
}

/** For people: name, and the code but for what makes it a secret. */
export const payerText = ({ name, code }: Account): string => `${name} (${maskCode(code)})`;
