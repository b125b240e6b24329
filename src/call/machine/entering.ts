import { emergencyMeant, isNumberText, readCode, readNumberEntry, readShortcut, type ShortcutEntry } from '../entry.ts';
import { refused } from '../ending.ts';
import {
  limitRefusals,
  phoneRefusals,
  type LimitRefusal,
  type PhoneRefusal,
  type Reason,
} from '../../words/outcome.ts';
import type { Asked } from '../prompts.ts';
import type { Allowed, CallState, Gathered, Payer, WantedNumber } from '../state.ts';
import { ask, askForNumber, checkCode, codeFailed, decide, numberFailed, onFile } from './asking.ts';
import { placeOrConfirm } from './confirming.ts';
import { placeEmergency } from './connecting.ts';
import type { CallEvent, MachineOptions, Step } from './events.ts';
import { leave, refuseUnanswered, stay, unlessOver } from './steps.ts';

export function fromNew(state: CallState, event: CallEvent, options: MachineOptions): Step {
  if (event.type === 'connection-lost' || event.type === 'caller-ended') return stay({ name: 'ended' });
  if (event.type !== 'arrived') return stay(state);
  const direct = event.entry === 'direct';
  const gathered: Gathered = {
    entry: event.entry,
    forwarded: direct && event.forwarded,
    failedCodes: 0,
    failedNumbers: 0,
    code: '',
    account: null,
    codeLater: false,
    number: direct ? keyedNumber(event.dialled) : { kind: 'none' },
    handOver: false,
  };
  const first = firstStep(gathered, event.dialled, options);
  return { state: first.state, effects: [{ type: 'record-arrival' }, ...first.effects] };
}

function firstStep(gathered: Gathered, dialled: string, options: MachineOptions): Step {
  switch (gathered.entry) {
    case 'prompted':
      return ask('code', gathered, null);
    case 'shortcut':
      return ask('shortcut', gathered, null);
    case 'direct': {
      const emergency = emergencyMeant(dialled, options.emergencyIn);
      return emergency === null ? decide(gathered) : placeEmergency(gathered, emergency);
    }
  }
}

const keyedNumber = (digits: string): WantedNumber => ({ kind: 'keyed', digits, isCode: false });

export function fromCollecting(
  state: CallState & { name: 'collecting' },
  event: CallEvent,
  options: MachineOptions,
): Step {
  const { gathered } = state;
  if (event.type === 'keyed-partly') return stay({ ...state, gathered: withPart(gathered, state.ask, event.digits) });
  if (event.type !== 'keyed') return unlessOver(state, event);
  const { digits, terminated } = event;
  const emergency = emergencyMeant(digits, options.emergencyIn);
  if (emergency !== null) return placeEmergency(gathered, emergency);
  if (event.isDoubtful) return askAgain(state.ask, gathered, options);
  switch (state.ask) {
    case 'code':
      if (digits === '') return noCode(gathered, terminated, 'code', options);
      return codeEntered(readCode(digits), gathered, 'code', options);
    case 'shortcut':
      if (digits === '') return noCode(gathered, terminated, 'shortcut', options);
      return codeEntered(readShortcut(digits, terminated), gathered, 'shortcut', options);
    case 'number':
    case 'number-or-on-file':
      return numberEntered(digits, terminated, gathered, options);
  }
}

/** Nothing is done with an entry of which a digit may be missing: it would be somebody else's number. */
function askAgain(asked: Asked, gathered: Gathered, options: MachineOptions): Step {
  switch (asked) {
    case 'code':
    case 'shortcut':
      return codeFailed(gathered, 'entry-malformed', asked, options);
    case 'number':
    case 'number-or-on-file':
      return numberFailed(gathered, 'number-invalid', null, options);
  }
}

/** Nothing was keyed for a code: `#` alone may stand for the last one, or for none yet. */
function noCode(gathered: Gathered, terminated: boolean, asked: Asked, options: MachineOptions): Step {
  return terminated && options.mayGoWithoutCode()
    ? checkLastCode(gathered)
    : codeFailed(gathered, 'no-digits', asked, options);
}

const checkLastCode = (gathered: Gathered): Step => ({
  state: { name: 'checking-code', gathered: { ...gathered, code: '', account: null } },
  effects: [{ type: 'check-last-code' }],
});

function codeEntered(entry: ShortcutEntry, gathered: Gathered, asked: Asked, options: MachineOptions): Step {
  if (entry.kind === 'number-alone' && options.mayGoWithoutCode()) {
    return checkLastCode({ ...gathered, number: keyedNumber(entry.number) });
  }
  if (isUnreadable(entry)) return codeFailed(gathered, 'entry-malformed', asked, options);
  return checkCode({ ...gathered, code: entry.code, number: wantedNumber(entry, gathered.number) });
}

function withPart(gathered: Gathered, asked: Asked, digits: string): Gathered {
  if (digits === '') return gathered;
  if (asked === 'number' || asked === 'number-or-on-file') {
    const other = readNumberEntry(digits);
    return other === null
      ? { ...gathered, number: keyedNumber(digits) }
      : { ...gathered, code: other.code, account: null, number: keyedNumber(other.number) };
  }
  const entry = readCode(digits);
  if (isUnreadable(entry)) return gathered;
  return { ...gathered, code: entry.code, number: wantedNumber(entry, gathered.number) };
}

type CodedEntry = Exclude<ShortcutEntry, { kind: 'malformed' | 'number-alone' }>;

/** There is no code in it. */
const isUnreadable = (entry: ShortcutEntry): entry is Exclude<ShortcutEntry, CodedEntry> =>
  entry.kind === 'malformed' || entry.kind === 'number-alone';

/** A number that came before stays: only the code was wrong. */
function wantedNumber(entry: CodedEntry, before: WantedNumber): WantedNumber {
  switch (entry.kind) {
    case 'code-and-number':
      return keyedNumber(entry.number);
    case 'code-for-number-on-file':
      return before.kind === 'none' ? { kind: 'on-file' } : before;
    case 'code-only':
      return before;
  }
}

function numberEntered(digits: string, terminated: boolean, gathered: Gathered, options: MachineOptions): Step {
  if (digits !== '') {
    const other = readNumberEntry(digits);
    if (other !== null)
      return checkCode({ ...gathered, account: null, code: other.code, number: keyedNumber(other.number) });
    const wanting: Gathered = { ...gathered, number: keyedNumber(digits) };
    return isNumberText(digits) ? decide(wanting) : numberFailed(wanting, 'number-invalid', null, options);
  }
  if (!terminated) return numberFailed(gathered, 'no-digits', null, options);
  return wantOnFile({ ...gathered, number: { kind: 'on-file' } }, false, options);
}

function wantOnFile(gathered: Gathered, isFresh: boolean, options: MachineOptions): Step {
  return onFile(gathered) === null
    ? numberFailed(gathered, 'no-number-on-file', null, options)
    : decide(gathered, isFresh);
}

export function fromCheckingCode(
  state: CallState & { name: 'checking-code' },
  event: CallEvent,
  options: MachineOptions,
): Step {
  const { gathered } = state;
  switch (event.type) {
    case 'code-accepted': {
      const { account } = event;
      const known: Gathered = { ...gathered, account, code: gathered.code === '' ? account.code : gathered.code };
      switch (known.number.kind) {
        case 'keyed':
          return decide(known, true);
        case 'on-file':
          return wantOnFile(known, true, options);
        case 'none':
          return askForNumber(known, null);
      }
      break;
    }
    case 'no-last-code':
      return noLastCode(gathered, options);
    case 'code-refused':
      return codeRefused(gathered, event.reason, options);
    default:
      return unlessOver(state, event);
  }
}

function codeTooLow(gathered: Gathered, rule: string, options: MachineOptions): Step {
  if (gathered.failedCodes + 1 >= options.tries) return leave(gathered, refused('level-too-low', rule));
  return codeFailed({ ...gathered, account: null }, 'level-too-low', 'code', options);
}

function codeRefused(
  gathered: Gathered,
  reason: (CallEvent & { type: 'code-refused' })['reason'],
  options: MachineOptions,
): Step {
  if (reason === 'directory-stale' || isPhoneRefusal(reason)) return leave(gathered, refused(reason, null));
  return codeFailed({ ...gathered, account: null }, reason, 'code', options);
}

/** Who pays is said later, where the site has call types that allow it; whether the number is of such a type is decided with it. */
function noLastCode(gathered: Gathered, options: MachineOptions): Step {
  if (!options.codeLater)
    return codeFailed(gathered, 'no-digits', gathered.entry === 'shortcut' ? 'shortcut' : 'code', options);
  const later: Gathered = { ...gathered, codeLater: true };
  return later.number.kind === 'keyed' ? decide(later) : askForNumber(later, null);
}

/** No other number would do better now. */
function isLimitRefusal(reason: Reason): reason is LimitRefusal {
  return (limitRefusals as readonly string[]).includes(reason);
}

function isPhoneRefusal(reason: Reason): reason is PhoneRefusal {
  return (phoneRefusals as readonly string[]).includes(reason);
}

export function fromDeciding(state: CallState & { name: 'deciding' }, event: CallEvent, options: MachineOptions): Step {
  switch (event.type) {
    case 'number-allowed':
      return numberAllowed(state.gathered, event, options);
    case 'number-refused': {
      const { reason, rule, isCode } = event;
      const { number } = state.gathered;
      const gathered: Gathered =
        number.kind === 'keyed' ? { ...state.gathered, number: { ...number, isCode } } : state.gathered;
      if (gathered.forwarded) return refuseUnanswered(gathered, refused(reason, rule));
      if (reason === 'directory-stale' || isPhoneRefusal(reason) || isLimitRefusal(reason)) {
        return leave(gathered, refused(reason, rule));
      }
      // Whoever has dialled the number before wants that one.
      if (reason === 'level-too-low' && gathered.entry === 'direct') return codeTooLow(gathered, rule, options);
      return numberFailed(gathered, reason, rule, options);
    }
    case 'code-refused':
      return codeRefused(state.gathered, event.reason, options);
    default:
      return unlessOver(state, event);
  }
}

/** Who pays is decided here, for this number: nowhere else does a call come to be placed but for an emergency. */
function numberAllowed(before: Gathered, event: CallEvent & { type: 'number-allowed' }, options: MachineOptions): Step {
  const account = event.payer ?? before.account;
  const gathered: Gathered = { ...before, account };
  const { number, rule, longestTalkMs, mayGoOn, announcement } = event;
  const talk = { longestTalkMs, mayGoOn };
  if (number.callType === 'emergency') return placeEmergency(before, number.dial);
  const allowed = (payer: Payer): Allowed => ({ number, rule, payer, ...talk });
  if (account !== null) return placeOrConfirm(gathered, allowed({ kind: 'account', account }), announcement);
  switch (event.code) {
    case 'not-needed':
      return placeOrConfirm(gathered, allowed({ kind: 'no-code-needed' }), announcement);
    case 'later':
      return placeOrConfirm(gathered, allowed({ kind: 'code-later' }), announcement);
    case 'needed':
      if (gathered.forwarded) return refuseUnanswered(gathered, refused('no-account-for-forwarding', rule));
      // For this number it cannot be said later.
      if (gathered.codeLater) return codeFailed({ ...gathered, codeLater: false }, 'no-digits', 'code', options);
      return ask('code', gathered, null);
  }
}
