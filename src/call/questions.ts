import type { CallType } from '../words/call-type.ts';
import type { EntryMode } from '../words/entry-mode.ts';
import type { CallerPhone } from './caller-phone.ts';
import { inquireCode, inquireNumber, type InquirySettings } from './inquiry.ts';
import type { CallEffect, CallEvent } from './machine/events.ts';
import type { CallDirectory } from './ports.ts';

/** What a call wants to know before it goes on; the answer is its next event. */
export type Questions = {
  /** Whose code is it, and may this phone use it? */
  code(code: string): Promise<CallEvent>;
  /** May the number be called, and who pays? */
  number(wanted: CallEffect & { type: 'decide' }): Promise<CallEvent>;
};

export type QuestionsOptions = {
  directory: CallDirectory;
  phone: CallerPhone;
  entry: EntryMode;
  settings: InquirySettings;
  /** What stops calls of a type because the directory is too old; null: nothing. */
  staleRule: (callType: CallType) => string | null;
  /** UTC milliseconds, by this machine's clock: accounts are valid by it. */
  nowMs: () => number;
};

/** Rejects where the directory cannot be read: `unanswered` says what the call does then. */
export function createQuestions(options: QuestionsOptions): Questions {
  const { directory, phone, entry, settings, staleRule, nowMs } = options;
  const findAccountByCode = (code: string): ReturnType<CallDirectory['findAccountByCode']> =>
    directory.findAccountByCode(code);
  return {
    async code(code) {
      return inquireCode(code, await phone.found, settings, findAccountByCode, nowMs());
    },
    async number({ account, number, forwarded }) {
      const extension = await phone.found;
      const payer = account === null && forwarded ? await phone.defaultAccount(nowMs()) : null;
      return inquireNumber({ account, payer, extension, entry, keyed: number, staleRule, findAccountByCode }, settings);
    },
  };
}

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
