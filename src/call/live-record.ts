import { callRecordOf, type CallRecord, type CallRecordStart } from '../words/call-record.ts';
import type { CallType } from '../words/call-type.ts';
import type { CalledNumber } from '../numbers/read.ts';
import type { Extension } from '../words/directory.ts';
import { maskCode } from '../words/mask-code.ts';
import { shownNumber } from './entry.ts';
import type { Billed, CallEvent, Step } from './machine/events.ts';
import type { Allowed, CallState, Ending, Gathered } from './state.ts';

/** All that the record of a call is made from. Every step of the call changes it by `learned`, and nothing else does. */
export type CallFacts = {
  /** What is known of a call when it arrives. */
  arrival: CallRecordStart;
  /** The calling phone, as the directory knows it; null: it does not, or has not answered yet. */
  phone: Extension | null;
  /** As of the last state that had them. */
  gathered: Gathered | null;
  allowed: Allowed | null;
  decidedAtMs: number | null;
  /** The last attempt to reach the called party. */
  attempt: {
    route: number;
    number: CalledNumber;
    calleeLegId: string;
    gateway: string;
    callingNumber: string | null;
    atMs: number;
  } | null;
  /** When the called party answered, of a conversation that was left to the switch. */
  leftAnsweredAtMs: number | null;
  end: { ending: Ending; billed: Billed; atMs: number } | null;
};

/** A step of the call, and what the machine has no eyes for. */
export type Learning = {
  event: CallEvent;
  before: CallState;
  step: Step;
  atMs: number;
  phone: Extension | null;
  newLegId: () => string;
  gatewayOf: (callType: CallType, route: number) => string;
  /** E.164; null: the phone's own. */
  callingNumberOf: (allowed: Allowed, phone: Extension | null) => string | null;
};

export function factsOfArrival(arrival: CallRecordStart): CallFacts {
  return {
    arrival,
    phone: null,
    gathered: null,
    allowed: null,
    decidedAtMs: null,
    attempt: null,
    leftAnsweredAtMs: null,
    end: null,
  };
}

export function learned(facts: CallFacts, learning: Learning): CallFacts {
  const { step, phone } = learning;
  const known = ofState(ofEvent({ ...facts, phone: phone ?? facts.phone }, learning), step.state);
  return step.effects.reduce((before, effect) => ofEffect(before, effect, learning), known);
}

function ofEvent(facts: CallFacts, { event, before, atMs }: Learning): CallFacts {
  switch (event.type) {
    case 'caller-named':
      return { ...facts, arrival: { ...facts.arrival, callerName: event.callerName } };
    case 'number-allowed':
    case 'number-refused':
      return before.name === 'deciding' ? { ...facts, decidedAtMs: atMs } : facts;
    default:
      return facts;
  }
}

function ofState(facts: CallFacts, state: CallState): CallFacts {
  if (!('gathered' in state)) return facts;
  return { ...facts, gathered: state.gathered, allowed: 'allowed' in state ? state.allowed : null };
}

function ofEffect(facts: CallFacts, effect: Step['effects'][number], learning: Learning): CallFacts {
  const { atMs } = learning;
  switch (effect.type) {
    // The record and the bridge of one attempt name the same leg, whichever comes first.
    case 'record-open':
    case 'bridge':
      return isAttempt(facts.attempt, effect) ? facts : attempted(facts, effect, learning);
    case 'record-leave':
      return { ...facts, leftAnsweredAtMs: effect.answeredAtMs };
    case 'record-close':
      return { ...facts, end: { ending: effect.ending, billed: effect.billed, atMs } };
    default:
      return facts;
  }
}

/** Whether this is what is being attempted. An emergency number keyed after another number was tried is another attempt. */
const isAttempt = (attempt: CallFacts['attempt'], order: { allowed: Allowed; route: number }): boolean =>
  attempt?.route === order.route && attempt.number === order.allowed.number;

function attempted(
  facts: CallFacts,
  { allowed, route }: { allowed: Allowed; route: number },
  { atMs, newLegId, gatewayOf, callingNumberOf }: Learning,
): CallFacts {
  const gateway = gatewayOf(allowed.number.callType, route);
  const callingNumber = callingNumberOf(allowed, facts.phone);
  const attempt = { route, number: allowed.number, calleeLegId: newLegId(), gateway, callingNumber, atMs };
  return { ...facts, allowed, attempt, decidedAtMs: facts.decidedAtMs ?? atMs };
}

/** The call's record as of now. */
export function recordOf(facts: CallFacts): CallRecord {
  const { arrival, phone, gathered, allowed, attempt, end } = facts;
  const account = gathered?.account ?? null;
  return callRecordOf({
    ...arrival,
    // A phone is named as the directory does, however the call spelled it.
    extension: phone?.number ?? arrival.extension,
    extensionId: phone?.id ?? null,
    departmentId: account?.departmentId ?? phone?.departmentId ?? null,
    accountId: account?.id ?? null,
    accountName: account?.name ?? null,
    authorizedById: gathered?.authorizer?.id ?? null,
    authorizedBy: gathered?.authorizer?.name ?? null,
    uncoded: allowed !== null && isUncoded(allowed.payer),
    // A code that was refused may be nearly somebody’s, or somebody’s.
    code: account === null ? maskCode(gathered?.code ?? '') : (gathered?.code ?? ''),
    keyedNumber: gathered === null ? '' : keyedNumberOf(gathered),
    calledNumber: allowed?.number.dial ?? null,
    calledE164: allowed?.number.e164 ?? null,
    callType: allowed?.number.callType ?? null,
    gateway: attempt?.gateway ?? null,
    callingNumber: attempt?.callingNumber ?? null,
    calleeLegId: attempt?.calleeLegId ?? null,
    decidedAtMs: facts.decidedAtMs,
    bridgedAtMs: attempt?.atMs ?? null,
    rule: allowed?.rule ?? null,
    answeredAtMs: facts.leftAnsweredAtMs,
    ...(end === null ? {} : endOf(facts, end)),
  });
}

const isUncoded = (payer: Allowed['payer']): boolean =>
  payer.kind === 'code-later' || (payer.kind === 'account' && payer.setLater === 'code-later');

/** Its open record was made before a last look refused it. */
const notPlaced = { gateway: null, callingNumber: null, calleeLegId: null, bridgedAtMs: null } as const;

function endOf(
  { allowed, decidedAtMs }: CallFacts,
  { ending, billed, atMs }: NonNullable<CallFacts['end']>,
): Partial<CallRecord> {
  return {
    outcome: ending.outcome,
    reason: ending.reason,
    rule: ending.rule ?? allowed?.rule ?? null,
    hangupCause: ending.hangupCause,
    decidedAtMs: decidedAtMs ?? (ending.outcome === 'refused' ? atMs : null),
    answeredAtMs: billed.answeredAtMs,
    endedAtMs: billed.endedAtMs ?? atMs,
    billableMs: billed.billableMs,
    closedBy: billed.closedBy,
    estimated: billed.estimated,
    ...(ending.outcome === 'refused' ? notPlaced : {}),
  };
}

/** Nothing keyed comes into a record but the code itself, in its field, and what is masked where a code may be in it. */
function keyedNumberOf({ account, code, authorization, number }: Gathered): string {
  switch (number.kind) {
    case 'none':
      return '';
    case 'on-file':
      return account?.customerNumbers[0] ?? '';
    case 'keyed':
      return shownNumber(number.digits, (text) => number.isCode || [code, authorization, account?.code].includes(text));
  }
}
