import { authorize } from '../policy/authorize.ts';
import { checkCode, type CodeCheck } from '../policy/code.ts';
import { demandOf, levelTooLow } from '../policy/levels.ts';
import type { CallType } from '../words/call-type.ts';
import type { Account, Extension } from '../words/directory.ts';
import type { CallerPhone } from './caller-phone.ts';
import { guardedCode, type CodeWatch } from './guarded-code.ts';
import { extensionSpellings, inquireCode, inquireNumber, type BeginCall, type InquirySettings } from './inquiry.ts';
import type { LastCodes } from './last-codes.ts';
import type { CallEffect, CallEvent } from './machine/events.ts';
import type { CallDirectory, Caller, CallRates } from './ports.ts';
import type { Allowed } from './state.ts';

/** What a call wants to know before it goes on; the answer is its next event. */
export type Questions = {
  /** Whose code is it, and may this phone use it? */
  code(code: string): Promise<CallEvent>;
  /** The code that was keyed at this phone lately, where the phone may use it again. */
  lastCode(): Promise<CallEvent>;
  /** May the number be called, and who pays? */
  number(wanted: CallEffect & { type: 'decide' }): Promise<CallEvent>;
  /** Whether the account of a call that was allowed may still pay for it, as the directory has it now. Null: it may. */
  stillAllowed(allowed: Pick<Allowed, 'payer' | 'number'>): Promise<CallEvent | null>;
};

export type QuestionsOptions = {
  directory: CallDirectory;
  rates: CallRates;
  phone: CallerPhone;
  caller: Pick<Caller, 'entry' | 'extension' | 'switchName'>;
  settings: InquirySettings;
  /** What stops calls of a type because the directory is too old; null: nothing. */
  staleRule: (callType: CallType) => string | null;
  begin: BeginCall;
  lastCodes: LastCodes;
  /** `clock`: this machine’s, by which accounts are valid. */
  watch: CodeWatch;
};

/** Rejects where the directory cannot be read: `unanswered` says what the call does then. */
export function createQuestions(options: QuestionsOptions): Questions {
  const { directory, rates, phone, caller, settings, staleRule, begin, watch, lastCodes } = options;
  const { entry, switchName } = caller;
  const nowMs = (): number => watch.clock.nowMs();
  const findAccountByCode = (code: string): ReturnType<CallDirectory['findAccountByCode']> =>
    directory.findAccountByCode(code);
  const guarded = (code: string, extension: Extension | null): Promise<CallEvent> =>
    guardedCode({ phone: extension?.number ?? oneSpelling(caller.extension), trunk: switchName, code }, watch, () =>
      inquireCode(code, extension, settings, findAccountByCode, nowMs()),
    );
  return {
    async code(code) {
      const extension = await phone.found;
      const answer = await guarded(code, extension);
      if (answer.type === 'code-accepted' && extension !== null) lastCodes.keep(extension, answer.account, nowMs());
      return answer;
    },
    async lastCode() {
      const extension = await phone.found;
      const last = extension === null ? null : lastCodes.of(extension, nowMs());
      if (extension === null || last === null) return noLastCode;
      // A code that has changed hands, or is no longer one, is not tried: it would count as a wrong code of this caller.
      const checked = checkCode(await directory.findAccountByCode(last.code), nowMs());
      if (checked.ok && checked.account.id === last.accountId) return guarded(last.code, extension);
      lastCodes.drop(extension);
      return noLastCode;
    },
    async number({ account: known, isFresh, number, forwarded, codeLater }) {
      const extension = await phone.found;
      const checked = known === null || isFresh ? null : await accountNow(known, directory, nowMs());
      if (checked?.ok === false) return { type: 'code-refused', reason: checked.reason };
      const account = checked?.account ?? known;
      const payer = account === null && forwarded ? await phone.defaultAccount(nowMs()) : null;
      return inquireNumber(
        {
          ...{ account, payer, extension, entry, keyed: number, staleRule, findAccountByCode, begin },
          ...{ rates, nowMs: nowMs(), codeLater: codeLater && hasNumber(caller.extension) },
        },
        settings,
      );
    },
    async stillAllowed({ payer, number }) {
      if (payer.kind !== 'account') return null;
      const checked = await accountNow(payer.account, directory, nowMs());
      if (!checked.ok) return { type: 'code-refused', reason: checked.reason };
      const { account } = checked;
      const decision = authorize({ account, extension: phone.known(), number, plan: settings.plan });
      if (!decision.allowed) return refusedNumber(decision.reason, decision.rule);
      const tooLow = levelTooLow(account, demandOf(number, settings.minimumLevels, settings.plan));
      return tooLow === null ? null : refusedNumber('level-too-low', tooLow);
    },
  };
}

const refusedNumber = (reason: (CallEvent & { type: 'number-refused' })['reason'], rule: string): CallEvent => ({
  ...{ type: 'number-refused', reason, rule, isCode: false },
});

/** An account that was accepted before, as it is now: it may have been disabled, closed by date, or have another code. */
async function accountNow(
  known: Account,
  directory: Pick<CallDirectory, 'findAccountById'>,
  nowMs: number,
): Promise<CodeCheck> {
  // One that was looked up live may not be in the copy that is here yet.
  const now = (await directory.findAccountById(known.id)) ?? known;
  return checkCode(now.code === known.code ? now : null, nowMs);
}

const noLastCode: CallEvent = { type: 'no-last-code' };

/** A phone whose uncoded calls can be found again. */
const hasNumber = (sent: string): boolean => /[0-9]/.test(sent);

/** Phones that the directory does not know are told apart by their digits, however they are spelled. */
const oneSpelling = (sent: string): string => extensionSpellings(sent).at(-1) ?? '';

/** Nobody calls on a directory that cannot be read. What was keyed may be a code, and is not shown. */
export function unanswered(effect: CallEffect & { type: 'check-code' | 'check-last-code' | 'decide' }): CallEvent {
  const reason = 'directory-stale';
  switch (effect.type) {
    case 'check-code':
    case 'check-last-code':
      return { type: 'code-refused', reason };
    case 'decide':
      return { type: 'number-refused', reason, rule: 'the directory could not be read', isCode: true };
  }
}
