import type { Closer } from '../cdr/record.ts';
import type { Account } from '../policy/directory.ts';
import type { CalledNumber } from '../policy/number.ts';
import { isNumberText, readCode, readShortcut, type ShortcutEntry } from './entry.ts';
import type { EntryMode } from './entry-mode.ts';
import { abandoned, cancelled, failed, farewellTo, interrupted, refused, shownCause, silent } from './ending.ts';
import type { CodeRefusal, NumberRefusal, Refusal, ServiceRefusal } from './outcome.ts';
import type { Ask, Prompt } from './prompts.ts';
import type {
  Allowed,
  BridgeFailure,
  BridgeProgress,
  CallState,
  Ending,
  Gathered,
  LegEnd,
  WantedNumber,
} from './state.ts';

/** What happens to a call. */
export type CallEvent =
  /** `codeNeeded` is asked in direct entry alone, where `dialled` is the called number. */
  | { type: 'arrived'; entry: EntryMode; dialled: string; codeNeeded: boolean }
  /** One collection of digits is over, by `#` (`terminated`), enough digits or a time-out. */
  | { type: 'keyed'; digits: string; terminated: boolean }
  /** The caller hung up over these digits: they are for the record alone. */
  | { type: 'keyed-partly'; digits: string }
  | { type: 'code-accepted'; account: Account }
  | { type: 'code-refused'; reason: CodeRefusal | ServiceRefusal }
  /** What was keyed for a code is an emergency number. */
  | { type: 'emergency-keyed' }
  | { type: 'number-allowed'; number: CalledNumber; rule: string }
  | { type: 'number-refused'; reason: NumberRefusal | ServiceRefusal; rule: string }
  | { type: 'record-stored' }
  | { type: 'record-not-stored' }
  | { type: 'callee-answered'; atMs: number }
  | { type: 'callee-ended'; end: LegEnd }
  /** The bridge application is over; null: it had found its far end. */
  | { type: 'bridge-ended'; failure: BridgeFailure | null }
  | { type: 'caller-ended'; end: LegEnd; failure: BridgeFailure | null }
  /** No end of the callee's leg came in time. */
  | { type: 'settled-late' }
  /** The socket is gone, or FreeSWITCH has gone silent: nothing more will be heard of this call. */
  | { type: 'connection-lost'; atMs: number };

/** What is to be done about it. */
export type CallEffect =
  | { type: 'record-arrival' }
  | { type: 'collect'; prompt: Prompt; ask: Ask }
  | { type: 'check-code'; code: string }
  | { type: 'decide'; account: Account | null; number: string }
  | { type: 'record-open'; allowed: Allowed }
  | { type: 'bridge'; allowed: Allowed }
  | { type: 'say-and-hang-up'; prompt: Prompt; cause: string; ending: Ending }
  /** Hangs the caller up without a word. */
  | { type: 'hang-up'; cause: string }
  /** Wait for the callee's leg; `patient`: it had a conversation, its end is worth waiting for. */
  | { type: 'await-callee'; patient: boolean }
  | { type: 'record-close'; ending: Ending; billed: Billed }
  /** The channel is no longer ours. */
  | { type: 'release' };

export type Billed = {
  answeredAtMs: number | null;
  /** null: now. */
  endedAtMs: number | null;
  billableMs: number;
  estimated: boolean;
  closedBy: Closer;
};

export type MachineOptions = {
  /** How many entries of a code, and how many of a number, before the goodbye. */
  tries: number;
};

export type Step = { state: CallState; effects: CallEffect[] };

const unbilled: Billed = {
  answeredAtMs: null,
  endedAtMs: null,
  billableMs: 0,
  estimated: false,
  closedBy: 'event',
};
const lost: Billed = { ...unbilled, closedBy: 'controller' };

/**
 * One call's transition table: pure, without I/O, clock or randomness. A pair of state and event that means nothing is a
 * no-op (`stay`): FreeSWITCH's events may arrive late, twice or in another order.
 */
export function transition(state: CallState, event: CallEvent, options: MachineOptions): Step {
  switch (state.name) {
    case 'new':
      return fromNew(state, event);
    case 'collecting':
      return fromCollecting(state, event, options);
    case 'checking-code':
      return fromCheckingCode(state, event, options);
    case 'deciding':
      return fromDeciding(state, event, options);
    case 'recording':
      return fromRecording(state, event);
    case 'connecting':
    case 'talking':
      return fromBridged(state, event);
    case 'settling':
      return fromSettling(state, event);
    case 'leaving':
      return fromLeaving(state, event);
    case 'ended':
      return stay(state);
  }
}

const stay = (state: CallState): Step => ({ state, effects: [] });

function fromNew(state: CallState, event: CallEvent): Step {
  if (event.type === 'connection-lost' || event.type === 'caller-ended')
    return { state: { name: 'ended' }, effects: [] };
  if (event.type !== 'arrived') return stay(state);
  const gathered: Gathered = {
    entry: event.entry,
    failedCodes: 0,
    failedNumbers: 0,
    code: '',
    account: null,
    number: event.entry === 'direct' ? { kind: 'keyed', digits: event.dialled } : { kind: 'none' },
  };
  const first = firstStep(gathered, event.codeNeeded);
  return { state: first.state, effects: [{ type: 'record-arrival' }, ...first.effects] };
}

function firstStep(gathered: Gathered, codeNeeded: boolean): Step {
  switch (gathered.entry) {
    case 'prompted':
      return ask('code', gathered, null);
    case 'shortcut':
      return ask('shortcut', gathered, null);
    case 'direct':
      return codeNeeded ? ask('code', gathered, null) : decide(gathered);
  }
}

function fromCollecting(state: CallState & { name: 'collecting' }, event: CallEvent, options: MachineOptions): Step {
  const { gathered } = state;
  if (event.type === 'keyed-partly') return stay({ ...state, gathered: withPart(gathered, state.ask, event.digits) });
  if (event.type !== 'keyed') return unlessOver(state, event);
  switch (state.ask) {
    case 'code':
      if (event.digits === '') return codeFailed(gathered, 'no-digits', 'code', options);
      return codeEntered(readCode(event.digits), gathered, 'code', options);
    case 'shortcut':
      if (event.digits === '') return codeFailed(gathered, 'no-digits', 'shortcut', options);
      return codeEntered(readShortcut(event.digits, event.terminated), gathered, 'shortcut', options);
    case 'number':
    case 'number-or-on-file':
      return numberEntered(event.digits, event.terminated, gathered, options);
  }
}

function codeEntered(entry: ShortcutEntry, gathered: Gathered, asked: Ask, options: MachineOptions): Step {
  if (entry.kind === 'malformed') return codeFailed(gathered, 'entry-malformed', asked, options);
  return checkCode({ ...gathered, code: entry.code, number: wantedNumber(entry, gathered.number) });
}

function withPart(gathered: Gathered, asked: Ask, digits: string): Gathered {
  if (digits === '') return gathered;
  if (asked === 'number' || asked === 'number-or-on-file') return { ...gathered, number: { kind: 'keyed', digits } };
  const entry = readCode(digits);
  if (entry.kind === 'malformed') return gathered;
  return { ...gathered, code: entry.code, number: wantedNumber(entry, gathered.number) };
}

/** A number that came before stays: only the code was wrong. */
function wantedNumber(entry: Exclude<ShortcutEntry, { kind: 'malformed' }>, before: WantedNumber): WantedNumber {
  switch (entry.kind) {
    case 'code-and-number':
      return { kind: 'keyed', digits: entry.number };
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
    if (!isNumberText(digits)) return numberFailed(gathered, 'number-invalid', null, options);
    return decide({ ...gathered, number: { kind: 'keyed', digits } });
  }
  if (!terminated) return numberFailed(gathered, 'no-digits', null, options);
  return wantOnFile({ ...gathered, number: { kind: 'on-file' } }, options);
}

function wantOnFile(gathered: Gathered, options: MachineOptions): Step {
  return onFile(gathered) === null ? numberFailed(gathered, 'no-number-on-file', null, options) : decide(gathered);
}

const onFile = (gathered: Gathered): string | null => gathered.account?.customerNumbers[0] ?? null;

function fromCheckingCode(
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
    case 'code-refused':
      if (event.reason === 'directory-stale' || event.reason === 'code-locked') {
        return leave(gathered, refused(event.reason, null));
      }
      return codeFailed({ ...gathered, account: null }, event.reason, 'code', options);
    case 'emergency-keyed':
      return decide({ ...gathered, code: '', account: null, number: { kind: 'keyed', digits: gathered.code } });
    default:
      return unlessOver(state, event);
  }
}

/** After a shortcut that brought a number, or in direct entry, only the code is asked for again. */
function codeFailed(gathered: Gathered, why: Refusal | 'no-digits', asked: Ask, options: MachineOptions): Step {
  const failed: Gathered = { ...gathered, failedCodes: gathered.failedCodes + 1 };
  if (failed.failedCodes >= options.tries) return leave(failed, why === 'no-digits' ? silent : refused(why, null));
  const again = asked === 'shortcut' && failed.number.kind === 'none' ? 'shortcut' : 'code';
  return ask(again, failed, why);
}

function fromDeciding(state: CallState & { name: 'deciding' }, event: CallEvent, options: MachineOptions): Step {
  const { gathered } = state;
  switch (event.type) {
    case 'number-allowed': {
      const allowed: Allowed = { number: event.number, rule: event.rule };
      return { state: { name: 'recording', gathered, allowed }, effects: [{ type: 'record-open', allowed }] };
    }
    case 'number-refused':
      if (event.reason === 'directory-stale') return leave(gathered, refused(event.reason, event.rule));
      return numberFailed(gathered, event.reason, event.rule, options);
    default:
      return unlessOver(state, event);
  }
}

function numberFailed(
  gathered: Gathered,
  why: NumberRefusal | 'no-digits',
  rule: string | null,
  options: MachineOptions,
): Step {
  const failed: Gathered = { ...gathered, failedNumbers: gathered.failedNumbers + 1 };
  if (failed.failedNumbers >= options.tries) return leave(failed, why === 'no-digits' ? silent : refused(why, rule));
  return askForNumber(failed, why);
}

function askForNumber(gathered: Gathered, refusal: Refusal | 'no-digits' | null): Step {
  return ask(onFile(gathered) === null ? 'number' : 'number-or-on-file', gathered, refusal);
}

function ask(what: Ask, gathered: Gathered, refusal: Refusal | 'no-digits' | null): Step {
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
  return {
    state: { name: 'deciding', gathered },
    effects: [{ type: 'decide', account: gathered.account, number }],
  };
}

function fromRecording(state: CallState & { name: 'recording' }, event: CallEvent): Step {
  const { gathered, allowed } = state;
  const bridge: BridgeProgress = { calleeEnd: null, answeredAtMs: null, failure: null };
  const connect: Step = {
    state: { name: 'connecting', gathered, allowed, bridge },
    effects: [{ type: 'bridge', allowed }],
  };
  switch (event.type) {
    case 'record-stored':
      return connect;
    case 'record-not-stored':
      // Nothing stops an emergency call, not even a full disk.
      if (allowed.number.callType === 'emergency') return connect;
      return leave(gathered, failed('record-not-stored', 'NORMAL_TEMPORARY_FAILURE', allowed.rule), allowed);
    case 'caller-ended':
      return finish({ ...cancelled, rule: allowed.rule, hangupCause: event.end.cause }, unbilled);
    case 'connection-lost':
      return finish(interrupted(allowed.rule), lost);
    default:
      return stay(state);
  }
}

function fromBridged(state: CallState & { name: 'connecting' | 'talking' }, event: CallEvent): Step {
  const { gathered, allowed, bridge } = state;
  switch (event.type) {
    case 'callee-answered': {
      if (bridge.answeredAtMs !== null) return stay(state);
      return { state: { ...state, name: 'talking', bridge: { ...bridge, answeredAtMs: event.atMs } }, effects: [] };
    }
    case 'callee-ended':
      return stay({ ...state, bridge: { ...bridge, calleeEnd: event.end } });
    case 'bridge-ended': {
      const ended: BridgeProgress = { ...bridge, failure: event.failure };
      if (event.failure === null || wasAnswered(bridge)) {
        // `hangup_after_bridge` hangs the caller up; where it does not, nobody should sit in silence.
        return { state: { ...state, bridge: ended }, effects: [{ type: 'hang-up', cause: 'NORMAL_CLEARING' }] };
      }
      return leave(gathered, endingOf(ended, allowed, null), allowed, ended);
    }
    case 'caller-ended': {
      const ended: BridgeProgress = { ...bridge, failure: bridge.failure ?? event.failure };
      if (ended.calleeEnd !== null) return close(ended, allowed, event.end, false);
      return {
        state: { name: 'settling', gathered, allowed, bridge: ended, callerEnd: event.end },
        effects: [{ type: 'await-callee', patient: ended.failure === null }],
      };
    }
    case 'connection-lost':
      return close(bridge, allowed, lostAt(event.atMs), true);
    default:
      return stay(state);
  }
}

function fromSettling(state: CallState & { name: 'settling' }, event: CallEvent): Step {
  const { allowed, bridge, callerEnd } = state;
  switch (event.type) {
    case 'callee-answered':
      return stay({ ...state, bridge: { ...bridge, answeredAtMs: bridge.answeredAtMs ?? event.atMs } });
    case 'callee-ended':
      return close({ ...bridge, calleeEnd: event.end }, allowed, callerEnd, false);
    case 'settled-late':
    case 'connection-lost':
      return close(bridge, allowed, callerEnd, wasAnswered(bridge));
    default:
      return stay(state);
  }
}

function fromLeaving(state: CallState & { name: 'leaving' }, event: CallEvent): Step {
  switch (event.type) {
    case 'callee-ended':
      if (state.bridge === null) return stay(state);
      return stay({ ...state, bridge: { ...state.bridge, calleeEnd: event.end } });
    case 'caller-ended':
    case 'connection-lost': {
      const calleeEnd = state.bridge?.calleeEnd ?? null;
      // The last moment at which the two sides can cross: an answer that the failed bridge did not know of is still billed.
      if (state.bridge !== null && state.allowed !== null && calleeEnd !== null && calleeEnd.answeredAtMs !== null) {
        return close(state.bridge, state.allowed, calleeEnd, false);
      }
      return finish(state.ending, event.type === 'connection-lost' ? lost : unbilled);
    }
    default:
      return stay(state);
  }
}

/** Before the bridge a hangup or a lost connection ends the call, in whatever state it is. */
function unlessOver(state: CallState, event: CallEvent): Step {
  switch (event.type) {
    case 'caller-ended':
      return finish(abandoned('caller-hung-up', event.end.cause), unbilled);
    case 'connection-lost':
      return finish(interrupted(null), lost);
    default:
      return stay(state);
  }
}

function wasAnswered(bridge: BridgeProgress): boolean {
  return bridge.answeredAtMs !== null || (bridge.calleeEnd !== null && bridge.calleeEnd.answeredAtMs !== null);
}

function close(bridge: BridgeProgress, allowed: Allowed, last: LegEnd, estimated: boolean): Step {
  const { calleeEnd } = bridge;
  const answeredAtMs = calleeEnd?.answeredAtMs ?? bridge.answeredAtMs;
  const billableMs =
    calleeEnd?.billableMs ?? (answeredAtMs === null ? 0 : Math.max(0, Math.floor(last.endedAtMs - answeredAtMs)));
  const known = wasAnswered(bridge) || !estimated;
  const ending = known ? endingOf(bridge, allowed, last) : interrupted(allowed.rule);
  return finish(estimated ? { ...ending, reason: 'connection-lost' } : ending, {
    answeredAtMs,
    endedAtMs: calleeEnd?.endedAtMs ?? last.endedAtMs,
    billableMs,
    estimated,
    closedBy: estimated ? 'controller' : 'event',
  });
}

function endingOf(bridge: BridgeProgress, allowed: Allowed, last: LegEnd | null): Ending {
  const cause = bridge.calleeEnd?.cause ?? last?.cause ?? 'UNKNOWN';
  if (wasAnswered(bridge)) return { outcome: 'answered', reason: null, rule: allowed.rule, hangupCause: cause };
  const { failure } = bridge;
  // Early media and no answer: whoever gave up, nobody talked.
  if (failure === null) return { ...cancelled, rule: allowed.rule, hangupCause: cause };
  const reason = failure.outcome === 'failed' ? failure.reason : null;
  return {
    outcome: failure.outcome,
    reason,
    rule: allowed.rule,
    hangupCause: bridge.calleeEnd?.cause ?? failure.cause,
  };
}

const lostAt = (atMs: number): LegEnd => ({ cause: 'UNKNOWN', endedAtMs: atMs, answeredAtMs: null, billableMs: 0 });

function finish(ending: Ending, billed: Billed): Step {
  return { state: { name: 'ended' }, effects: [{ type: 'record-close', ending, billed }, { type: 'release' }] };
}

function leave(
  gathered: Gathered,
  ending: Ending,
  allowed: Allowed | null = null,
  bridge: BridgeProgress | null = null,
): Step {
  return {
    state: { name: 'leaving', gathered, allowed, ending, bridge },
    effects: [{ type: 'say-and-hang-up', prompt: farewellTo(ending), cause: shownCause(ending), ending }],
  };
}
