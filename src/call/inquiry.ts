import { authorize } from '../policy/authorize.ts';
import { checkCode } from '../policy/code.ts';
import type { Account, Extension } from '../policy/directory.ts';
import { readNumber, type CallType, type DialPlan } from '../policy/number.ts';
import type { CallEvent } from './machine.ts';

/** Whose code is it, and may it be used? An emergency number is never taken for a code. */
export async function inquireCode(
  code: string,
  plan: DialPlan,
  findAccountByCode: (code: string) => Promise<Account | null>,
  nowMs: number,
): Promise<CallEvent> {
  if (plan.emergencyNumbers.includes(code)) return { type: 'emergency-keyed' };
  const checked = checkCode(await findAccountByCode(code), nowMs);
  return checked.ok
    ? { type: 'code-accepted', account: checked.account }
    : { type: 'code-refused', reason: checked.reason };
}

/** May this account, from this phone, call this number? `staleRule`: what stops it because the directory is too old. */
export function inquireNumber(
  account: Account | null,
  extension: Extension | null,
  keyed: string,
  plan: DialPlan,
  staleRule: (callType: CallType) => string | null,
): CallEvent {
  const number = readNumber(keyed, plan);
  const decision = authorize({ account, extension, number, plan });
  if (!decision.allowed) return { type: 'number-refused', reason: decision.reason, rule: decision.rule };
  if (number.callType === null) return { type: 'number-refused', reason: 'number-invalid', rule: decision.rule };
  const stale = staleRule(number.callType);
  if (stale !== null) return { type: 'number-refused', reason: 'directory-stale', rule: stale };
  return { type: 'number-allowed', number, rule: decision.rule };
}
