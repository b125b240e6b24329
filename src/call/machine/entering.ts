import { emergencyMeant, isNumberText, readCode, readNumberEntry, readShortcut, type ShortcutEntry } from '../entry.ts';
import type { Asked } from '../prompts.ts';
import type { CallState, Gathered, WantedNumber } from '../state.ts';
import {
  ask,
  askForNumber,
  checkCodes,
  codeFailed,
  codeRefused,
  codeToAsk,
  decide,
  numberFailed,
  onFile,
} from './asking.ts';
import { keyedAhead, placeEmergency } from './connecting.ts';
import type { CallEvent, MachineOptions, Step } from './events.ts';
import { stay, unlessOver } from './steps.ts';

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
    authorization: '',
    authorizer: null,
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
      return ask(codeToAsk(gathered, options), gathered, null);
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
  if (event.type === 'keyed-partly')
    return stay({ ...state, gathered: withPart(gathered, state.ask, event.digits, options) });
  if (event.type !== 'keyed') return unlessOver(state, event);
  const { digits, terminated } = event;
  const emergency = emergencyMeant(digits, options.emergencyIn);
  if (emergency !== null) return placeEmergency(gathered, emergency);
  if (event.isDoubtful) return askAgain(state.ask, gathered, options);
  const wantsTwo = options.needsAuthorization();
  switch (state.ask) {
    case 'authorization':
      if (digits === '') return codeFailed(gathered, 'no-digits', 'authorization', options);
      return codeEntered(readCode(digits, true), gathered, 'authorization', options);
    case 'code':
      if (digits === '') return noCode(gathered, terminated, 'code', options);
      return codeEntered(readCode(digits, wantsTwo), gathered, 'code', options);
    case 'shortcut':
      if (digits === '') return noCode(gathered, terminated, 'shortcut', options);
      return codeEntered(readShortcut(digits, terminated, wantsTwo), gathered, 'shortcut', options);
    case 'number':
    case 'number-or-on-file':
      return numberEntered(digits, terminated, gathered, options);
  }
}

/** Nothing is done with an entry of which a digit may be missing: it would be somebody else's number. */
function askAgain(asked: Asked, gathered: Gathered, options: MachineOptions): Step {
  switch (asked) {
    case 'authorization':
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
  state: { name: 'checking-code', gathered: { ...gathered, code: '', account: null }, use: 'pays' },
  effects: [{ type: 'check-last-code' }],
});

function codeEntered(entry: ShortcutEntry, gathered: Gathered, asked: Asked, options: MachineOptions): Step {
  if (entry.kind === 'number-alone' && options.mayGoWithoutCode()) {
    return checkLastCode({ ...gathered, number: keyedNumber(entry.number) });
  }
  if (isUnreadable(entry)) return codeFailed(gathered, 'entry-malformed', asked, options);
  const number = wantedNumber(entry, gathered.number);
  return checkCodes({ ...gathered, ...codesOf(entry, gathered, asked), number }, options);
}

/** One code alone is what was asked for; the other one stays. */
function codesOf({ authorization, code }: CodedEntry, before: Gathered, asked: Asked): Partial<Gathered> {
  if (authorization !== null) return { authorization, authorizer: null, code, account: null };
  if (asked === 'authorization') return { authorization: code, authorizer: null };
  return { code, account: null, authorization: before.authorization };
}

function withPart(gathered: Gathered, asked: Asked, digits: string, options: MachineOptions): Gathered {
  // What was meant for one that says who calls is in no record.
  if (digits === '' || asked === 'authorization') return gathered;
  if (asked === 'number' || asked === 'number-or-on-file') {
    const other = readNumberEntry(digits);
    return other === null
      ? { ...gathered, number: keyedNumber(digits) }
      : { ...gathered, code: other.code, account: null, number: keyedNumber(other.number) };
  }
  const entry = readCode(digits, options.needsAuthorization());
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
    if (other !== null) {
      const number = keyedNumber(other.number);
      return checkCodes({ ...gathered, ...codesOf(other, gathered, 'number'), number }, options);
    }
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
      if (state.use === 'authorizes') return checkCodes({ ...gathered, authorizer: account }, options);
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
    case 'keyed-ahead':
      return keyedAhead(state, event.digits, options);
    case 'code-refused':
      return state.use === 'authorizes'
        ? codeRefused({ ...gathered, authorization: '' }, event.reason, 'authorization', options)
        : codeRefused({ ...gathered, account: null }, event.reason, 'code', options);
    default:
      return unlessOver(state, event);
  }
}

/** Who pays is said later, where the site has call types that allow it; whether the number is of such a type is decided with it. */
function noLastCode(gathered: Gathered, options: MachineOptions): Step {
  if (!options.codeLater)
    return codeFailed(gathered, 'no-digits', gathered.entry === 'shortcut' ? 'shortcut' : 'code', options);
  const later: Gathered = { ...gathered, codeLater: true };
  return later.number.kind === 'keyed' ? decide(later) : askForNumber(later, null);
}
