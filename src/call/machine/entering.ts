import { emergencyMeant, isNumberText, readCode, readNumberEntry, readShortcut, type ShortcutEntry } from '../entry.ts';
import { refused, silent, spoken } from '../ending.ts';
import {
  limitRefusals,
  phoneRefusals,
  type LimitRefusal,
  type NumberRefusal,
  type PhoneRefusal,
  type PriceRefusal,
  type Reason,
  type SpokenRefusal,
} from '../../words/outcome.ts';
import type { Prompt, Asked } from '../prompts.ts';
import type { Allowed, CallState, Gathered, Payer, WantedNumber } from '../state.ts';
import { placeOrConfirm } from './confirming.ts';
import { placeEmergency } from './connecting.ts';
import type { CallEffect, CallEvent, MachineOptions, Step } from './events.ts';
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
      if (digits === '') return codeFailed(gathered, 'no-digits', 'code', options);
      return codeEntered(readCode(digits), gathered, 'code', options);
    case 'shortcut':
      if (digits === '') return codeFailed(gathered, 'no-digits', 'shortcut', options);
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

function codeEntered(entry: ShortcutEntry, gathered: Gathered, asked: Asked, options: MachineOptions): Step {
  if (entry.kind === 'malformed') return codeFailed(gathered, 'entry-malformed', asked, options);
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
  if (entry.kind === 'malformed') return gathered;
  return { ...gathered, code: entry.code, number: wantedNumber(entry, gathered.number) };
}

/** A number that came before stays: only the code was wrong. */
function wantedNumber(entry: Exclude<ShortcutEntry, { kind: 'malformed' }>, before: WantedNumber): WantedNumber {
  switch (entry.kind) {
    case 'code-and-number':
      return keyedNumber(entry.number);
    case 'code-for-number-on-file':
      return before.kind === 'none' ? { kind: 'on-file' } : before;
    case 'code-only':
      return before;
  }
}

const checkCode = (gathered: Gathered): Step => ({
  state: { name: 'checking-code', gathered },
  effects: [{ type: 'check-code', code: gathered.code }],
});

function numberEntered(digits: string, terminated: boolean, gathered: Gathered, options: MachineOptions): Step {
  if (digits !== '') {
    const other = readNumberEntry(digits);
    if (other !== null)
      return checkCode({ ...gathered, account: null, code: other.code, number: keyedNumber(other.number) });
    const wanting: Gathered = { ...gathered, number: keyedNumber(digits) };
    return isNumberText(digits) ? decide(wanting) : numberFailed(wanting, 'number-invalid', null, options);
  }
  if (!terminated) return numberFailed(gathered, 'no-digits', null, options);
  return wantOnFile({ ...gathered, number: { kind: 'on-file' } }, options);
}

function wantOnFile(gathered: Gathered, options: MachineOptions): Step {
  return onFile(gathered) === null ? numberFailed(gathered, 'no-number-on-file', null, options) : decide(gathered);
}

const onFile = (gathered: Gathered): string | null => gathered.account?.customerNumbers[0] ?? null;

export function fromCheckingCode(
  state: CallState & { name: 'checking-code' },
  event: CallEvent,
  options: MachineOptions,
): Step {
  const { gathered } = state;
  switch (event.type) {
    case 'code-accepted': {
      const known: Gathered = { ...gathered, account: event.account };
      switch (known.number.kind) {
        case 'keyed':
          return decide(known);
        case 'on-file':
          return wantOnFile(known, options);
        case 'none':
          return askForNumber(known, null);
      }
      break;
    }
    case 'code-refused': {
      const { reason } = event;
      if (reason === 'directory-stale' || isPhoneRefusal(reason)) {
        return leave(gathered, refused(reason, null));
      }
      return codeFailed({ ...gathered, account: null }, reason, 'code', options);
    }
    default:
      return unlessOver(state, event);
  }
}

/** No other number would do better now. */
function isLimitRefusal(reason: Reason): reason is LimitRefusal {
  return (limitRefusals as readonly string[]).includes(reason);
}

function isPhoneRefusal(reason: Reason): reason is PhoneRefusal {
  return (phoneRefusals as readonly string[]).includes(reason);
}

/** After a shortcut that brought a number, or in direct entry, only the code is asked for again. */
function codeFailed(
  gathered: Gathered,
  why: SpokenRefusal | 'code-locked' | 'no-digits',
  asked: Asked,
  options: MachineOptions,
): Step {
  const failed: Gathered = { ...gathered, failedCodes: gathered.failedCodes + 1 };
  if (failed.failedCodes >= options.tries) return leave(failed, why === 'no-digits' ? silent : refused(why, null));
  const again = asked === 'shortcut' && failed.number.kind === 'none' ? 'shortcut' : 'code';
  return ask(again, failed, why === 'no-digits' ? why : spoken(why));
}

export function fromDeciding(state: CallState & { name: 'deciding' }, event: CallEvent, options: MachineOptions): Step {
  switch (event.type) {
    case 'number-allowed':
      return numberAllowed(state.gathered, event);
    case 'number-refused': {
      const { reason, rule, isCode } = event;
      const { number } = state.gathered;
      const gathered: Gathered =
        number.kind === 'keyed' ? { ...state.gathered, number: { ...number, isCode } } : state.gathered;
      if (gathered.forwarded) return refuseUnanswered(gathered, refused(reason, rule));
      if (reason === 'directory-stale' || isPhoneRefusal(reason) || isLimitRefusal(reason)) {
        return leave(gathered, refused(reason, rule));
      }
      return numberFailed(gathered, reason, rule, options);
    }
    default:
      return unlessOver(state, event);
  }
}

/** Who pays is decided here, for this number: nowhere else does a call come to be placed but for an emergency. */
function numberAllowed(before: Gathered, event: CallEvent & { type: 'number-allowed' }): Step {
  const account = before.account ?? event.payer;
  const gathered: Gathered = { ...before, account };
  const { number, rule, longestTalkMs, mayGoOn, announcement } = event;
  const talk = { longestTalkMs, mayGoOn };
  if (number.callType === 'emergency') return placeEmergency(before, number.dial);
  const allowed = (payer: Payer): Allowed => ({ number, rule, payer, ...talk });
  if (account !== null) return placeOrConfirm(gathered, allowed({ kind: 'account', account }), announcement);
  if (!event.codeNeeded) return placeOrConfirm(gathered, allowed({ kind: 'no-code-needed' }), announcement);
  if (gathered.forwarded) return refuseUnanswered(gathered, refused('no-account-for-forwarding', rule));
  return ask('code', gathered, null);
}

function numberFailed(
  gathered: Gathered,
  why: NumberRefusal | PriceRefusal | 'no-digits',
  rule: string | null,
  options: MachineOptions,
): Step {
  const failed: Gathered = { ...gathered, failedNumbers: gathered.failedNumbers + 1 };
  if (failed.failedNumbers >= options.tries) return leave(failed, why === 'no-digits' ? silent : refused(why, rule));
  return askForNumber(failed, why);
}

function askForNumber(gathered: Gathered, refusal: SpokenRefusal | 'no-digits' | null): Step {
  return ask(onFile(gathered) === null ? 'number' : 'number-or-on-file', gathered, refusal);
}

function ask(what: Asked, gathered: Gathered, refusal: SpokenRefusal | 'no-digits' | null): Step {
  const number = onFile(gathered);
  const prompt: Prompt = {
    kind: 'ask',
    ask: what,
    refusal,
    ...(what === 'number-or-on-file' && number !== null ? { onFile: number } : {}),
  };
  return { state: { name: 'collecting', ask: what, gathered }, effects: [{ type: 'collect', prompt, ask: what }] };
}

function decide(gathered: Gathered): Step {
  const number = gathered.number.kind === 'keyed' ? gathered.number.digits : (onFile(gathered) ?? '');
  const { account, forwarded } = gathered;
  const effect: CallEffect = { type: 'decide', account, number, forwarded };
  return { state: { name: 'deciding', gathered }, effects: [effect] };
}
