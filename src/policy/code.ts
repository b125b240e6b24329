import type { CodeRefusal } from '../words/outcome.ts';
import type { Account } from '../words/directory.ts';

export type CodeCheck = { ok: true; account: Account } | { ok: false; reason: CodeRefusal };

/** Whether a text may be a billing code: 1 to 20 digits. */
export function isCodeText(text: string): boolean {
  return /^[0-9]{1,20}$/.test(text);
}

/** What a code is keyed for: to pay for a call, or to say who calls. */
export type CodeUse = 'pays' | 'authorizes';

/** As `checkCode`; a code that is keyed for something else than its account is for is no code, so that nobody learns whose it is. */
export function checkCodeFor(use: CodeUse, account: Account | null, nowMs: number): CodeCheck {
  const checked = checkCode(account, nowMs);
  const isOther = checked.ok && checked.account.authorizes !== (use === 'authorizes');
  return isOther ? { ok: false, reason: 'code-unknown' } : checked;
}

/** Is the account that a billing code named (null: none has it) good at this time (UTC milliseconds)? */
export function checkCode(account: Account | null, nowMs: number): CodeCheck {
  if (account === null) return { ok: false, reason: 'code-unknown' };
  if (!account.enabled) return { ok: false, reason: 'code-disabled' };
  if (account.validFromMs !== null && nowMs < account.validFromMs) return { ok: false, reason: 'code-not-yet-valid' };
  if (account.validUntilMs !== null && nowMs >= account.validUntilMs) return { ok: false, reason: 'code-expired' };
  return { ok: true, account };
}
