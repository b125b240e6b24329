import { checkCodeFor, type CodeUse } from '../policy/code.ts';
import type { CallType } from '../words/call-type.ts';
import type { Extension } from '../words/directory.ts';
import type { CallerPhone } from './caller-phone.ts';
import { guardedCode, type CodeWatch } from './guarded-code.ts';
import { extensionSpellings, inquireCode, inquireNumber, type BeginCall, type InquirySettings } from './inquiry.ts';
import { allNow, stillAllowed } from './last-look.ts';
import type { LastCodes } from './last-codes.ts';
import type { CallEffect, CallEvent } from './machine/events.ts';
import type { CallDirectory, Caller, CallRates } from './ports.ts';
import type { Allowed } from './state.ts';

/** What a call wants to know before it goes on; the answer is its next event. */
export type Questions = {
  /** Whose code is it, and may this phone use it? */
  code(code: string, use: CodeUse): Promise<CallEvent>;
  /** The code that was keyed at this phone lately, where the phone may use it again. */
  lastCode(): Promise<CallEvent>;
  /** May the number be called, and who pays? */
  number(wanted: CallEffect & { type: 'decide' }): Promise<CallEvent>;
  /** Whether account and phone of a call that was allowed may still have it, as the directory has them now. Null: they may. */
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
  const keyedAtMs = (): number => watch.clock.monotonicMs();
  const findAccountByCode = (code: string): ReturnType<CallDirectory['findAccountByCode']> =>
    directory.findAccountByCode(code);
  const guarded = (code: string, extension: Extension | null, use: CodeUse): Promise<CallEvent> =>
    guardedCode({ phone: extension?.number ?? oneSpelling(caller.extension), trunk: switchName, code }, watch, () =>
      inquireCode(code, extension, settings, findAccountByCode, nowMs(), use),
    );
  return {
    async code(code, use) {
      const extension = await phone.found;
      const answer = await guarded(code, extension, use);
      if (use === 'pays' && answer.type === 'code-accepted' && extension !== null)
        lastCodes.keep(extension, answer.account, keyedAtMs());
      return answer;
    },
    async lastCode() {
      const extension = await phone.found;
      const last = extension === null ? null : lastCodes.of(extension, keyedAtMs());
      if (extension === null || last === null) return noLastCode;
      // A code that has changed hands, or is no longer one, is not tried: it would count as a wrong code of this caller.
      const checked = checkCodeFor('pays', await directory.findAccountByCode(last.code), nowMs());
      if (checked.ok && checked.account.id === last.accountId) return guarded(last.code, extension, 'pays');
      lastCodes.drop(extension);
      return noLastCode;
    },
    async number({ account: known, authorizer: who, isFresh, number, forwarded, codeLater }) {
      const extension = await phone.found;
      const now = await allNow(isFresh ? [] : [known, who], directory, nowMs());
      if (!now.ok) return { type: 'code-refused', reason: now.reason };
      const [account = null, authorizer = null] = isFresh ? [known, who] : now.accounts;
      const payer = account === null && forwarded ? await phone.defaultAccount(nowMs()) : null;
      return inquireNumber(
        {
          ...{ account, authorizer, payer, extension, entry, keyed: number, staleRule, findAccountByCode, begin },
          ...{ rates, nowMs: nowMs(), codeLater: codeLater && hasNumber(caller.extension) },
        },
        settings,
      );
    },
    stillAllowed: async (allowed) =>
      stillAllowed(allowed, { directory, extension: await phone.now(), settings, nowMs: nowMs() }),
  };
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
