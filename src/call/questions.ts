import type { CallType } from '../words/call-type.ts';
import type { CallerPhone } from './caller-phone.ts';
import { guardedCode, type CodeWatch } from './guarded-code.ts';
import { extensionSpellings, inquireCode, inquireNumber, type BeginCall, type InquirySettings } from './inquiry.ts';
import type { CallEffect, CallEvent } from './machine/events.ts';
import type { CallDirectory, Caller, CallRates } from './ports.ts';

/** What a call wants to know before it goes on; the answer is its next event. */
export type Questions = {
  /** Whose code is it, and may this phone use it? */
  code(code: string): Promise<CallEvent>;
  /** May the number be called, and who pays? */
  number(wanted: CallEffect & { type: 'decide' }): Promise<CallEvent>;
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
  /** `clock`: this machine’s, by which accounts are valid. */
  watch: CodeWatch;
};

/** Rejects where the directory cannot be read: `unanswered` says what the call does then. */
export function createQuestions(options: QuestionsOptions): Questions {
  const { directory, rates, phone, caller, settings, staleRule, begin, watch } = options;
  const { entry, switchName } = caller;
  const nowMs = (): number => watch.clock.nowMs();
  const findAccountByCode = (code: string): ReturnType<CallDirectory['findAccountByCode']> =>
    directory.findAccountByCode(code);
  return {
    async code(code) {
      const extension = await phone.found;
      return guardedCode(
        { phone: extension?.number ?? oneSpelling(caller.extension), trunk: switchName, code },
        watch,
        () => inquireCode(code, extension, settings, findAccountByCode, nowMs()),
      );
    },
    async number({ account, number, forwarded }) {
      const extension = await phone.found;
      const payer = account === null && forwarded ? await phone.defaultAccount(nowMs()) : null;
      return inquireNumber(
        {
          ...{ account, payer, extension, entry, keyed: number, staleRule, findAccountByCode, begin },
          ...{ rates, nowMs: nowMs() },
        },
        settings,
      );
    },
  };
}

/** Phones that the directory does not know are told apart by their digits, however they are spelled. */
const oneSpelling = (sent: string): string => extensionSpellings(sent).at(-1) ?? '';

/** Nobody calls on a directory that cannot be read. What was keyed may be a code, and is not shown. */
export function unanswered(effect: CallEffect & { type: 'check-code' | 'decide' }): CallEvent {
  const reason = 'directory-stale';
  switch (effect.type) {
    case 'check-code':
      return { type: 'code-refused', reason };
    case 'decide':
      return { type: 'number-refused', reason, rule: 'the directory could not be read', isCode: true };
  }
}
