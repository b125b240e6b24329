import { refused, silent, spoken } from '../ending.ts';
import {
  phoneRefusals,
  type LevelRefusal,
  type NumberRefusal,
  type PhoneRefusal,
  type PriceRefusal,
  type Reason,
  type SpokenRefusal,
  type WatchRefusal,
} from '../../words/outcome.ts';
import type { CodeUse } from '../../policy/code.ts';
import type { Asked, Prompt } from '../prompts.ts';
import type { Gathered } from '../state.ts';
import type { CallEffect, CallEvent, MachineOptions, Step } from './events.ts';
import { leave } from './steps.ts';

/** The number on file that the caller may have without keying it. */
export const onFile = (gathered: Gathered): string | null => gathered.account?.customerNumbers[0] ?? null;

/** After a shortcut that brought a number, or in direct entry, only the code is asked for again. */
export function codeFailed(
  gathered: Gathered,
  why: SpokenRefusal | 'code-locked' | 'no-digits',
  asked: Asked,
  options: MachineOptions,
): Step {
  const failed: Gathered = { ...gathered, failedCodes: gathered.failedCodes + 1 };
  if (failed.failedCodes >= options.tries) return leave(failed, why === 'no-digits' ? silent : refused(why, null));
  const isShortcut = asked === 'shortcut' && failed.number.kind === 'none' && failed.authorizer === null;
  const again = isShortcut || asked === 'authorization' ? asked : 'code';
  return ask(again, failed, why === 'no-digits' ? why : spoken(why));
}

export function numberFailed(
  gathered: Gathered,
  why: NumberRefusal | LevelRefusal | PriceRefusal | WatchRefusal | 'no-digits',
  rule: string | null,
  options: MachineOptions,
): Step {
  const failed: Gathered = { ...gathered, failedNumbers: gathered.failedNumbers + 1 };
  if (failed.failedNumbers >= options.tries) return leave(failed, why === 'no-digits' ? silent : refused(why, rule));
  return askForNumber(failed, why === 'no-digits' ? why : spoken(why));
}

export function askForNumber(gathered: Gathered, refusal: SpokenRefusal | 'no-digits' | null): Step {
  return ask(onFile(gathered) === null ? 'number' : 'number-or-on-file', gathered, refusal);
}

export function ask(what: Asked, gathered: Gathered, refusal: SpokenRefusal | 'no-digits' | null): Step {
  const number = onFile(gathered);
  const prompt: Prompt = {
    kind: 'ask',
    ask: what,
    refusal,
    ...(what === 'number-or-on-file' && number !== null ? { onFile: number } : {}),
  };
  return { state: { name: 'collecting', ask: what, gathered }, effects: [{ type: 'collect', prompt, ask: what }] };
}

/** `isFresh`: the account was looked up just now. */
export function decide(gathered: Gathered, isFresh = false): Step {
  const number = gathered.number.kind === 'keyed' ? gathered.number.digits : (onFile(gathered) ?? '');
  const { account, authorizer, forwarded, codeLater } = gathered;
  const effect: CallEffect = { type: 'decide', account, authorizer, isFresh, number, forwarded, codeLater };
  return { state: { name: 'deciding', gathered }, effects: [effect] };
}

const checkCode = (gathered: Gathered, code: string, use: CodeUse): Step => ({
  state: { name: 'checking-code', gathered: { ...gathered, codeLater: false }, use },
  effects: [{ type: 'check-code', code, use }],
});

/** A code was keyed, and nothing is put off: codes are looked up, who calls before for whom; what is missing is asked for. */
export function checkCodes(gathered: Gathered, options: MachineOptions): Step {
  const { authorization, authorizer, code } = gathered;
  if (authorizer === null) {
    if (authorization !== '') return checkCode(gathered, authorization, 'authorizes');
    if (options.needsAuthorization()) return ask('authorization', gathered, null);
  }
  return code === '' ? ask('code', gathered, null) : checkCode(gathered, code, 'pays');
}

/** Which of the codes is keyed next. */
export const codeToAsk = (
  { authorizer }: Gathered,
  { needsAuthorization }: MachineOptions,
): 'authorization' | 'code' => (authorizer === null && needsAuthorization() ? 'authorization' : 'code');

export function codeRefused(
  gathered: Gathered,
  reason: (CallEvent & { type: 'code-refused' })['reason'],
  asked: Asked,
  options: MachineOptions,
): Step {
  if (reason === 'directory-stale' || isPhoneRefusal(reason)) return leave(gathered, refused(reason, null));
  return codeFailed(gathered, reason, asked, options);
}

export function isPhoneRefusal(reason: Reason): reason is PhoneRefusal {
  return (phoneRefusals as readonly string[]).includes(reason);
}
