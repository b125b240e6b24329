import type { CallRecord } from '../words/call-record.ts';
import type { EmergencyNotice } from '../words/emergency-notice.ts';
import { placeOfPhone, type Extension } from '../words/directory.ts';
import { callerNumber, type CallerNumber, type CallerNumberSettings } from '../policy/caller-number.ts';
import { recordOf, type CallFacts } from './live-record.ts';
import type { CallEffect, CallEvent } from './machine/events.ts';
import type { CallLog, CallSwitch, OpenRecord, RecordKeeper } from './ports.ts';
import type { Allowed } from './state.ts';
import { unanswered, type Questions } from './questions.ts';

/** Whom a call's effects reach. */
export type EffectTargets = {
  on: CallSwitch;
  questions: Questions;
  recorder: RecordKeeper;
  /** Tells people that an emergency call was placed. */
  emergencyPlaced: (notice: EmergencyNotice) => void;
  /** Who pays is somebody else now. */
  accountSet: (record: CallRecord) => void;
  /** A call that was allowed is being placed. */
  placed: () => void;
  /** The call is over, and this is its record. */
  ended: (record: CallRecord) => void;
  callerNumbers: CallerNumberSettings;
  log: CallLog;
  /** Takes what an effect brings about. */
  happen: (event: CallEvent) => void;
  /** The call is no longer served. */
  over: () => void;
};

/** Does what a step of the call asks for. `facts`: as the step has left them. */
export function perform(effect: CallEffect, facts: CallFacts, targets: EffectTargets): void {
  const { on, recorder } = targets;
  switch (effect.type) {
    case 'record-arrival':
      recorder.arrived(recordOf(facts));
      break;
    case 'collect':
      on.collect(effect.prompt, effect.ask);
      break;
    case 'check-code':
      inquire(targets.questions.code(effect.code, effect.use), effect, facts, targets);
      break;
    case 'check-last-code':
      inquire(targets.questions.lastCode(), effect, facts, targets);
      break;
    case 'decide':
      inquire(targets.questions.number(effect), effect, facts, targets);
      break;
    case 'record-open':
      open(effect, facts, targets);
      break;
    case 'bridge':
      bridge(effect, facts, targets);
      break;
    case 'notify-emergency':
      targets.emergencyPlaced(noticeOf(effect.number, facts, targets));
      break;
    case 'give-up-bridge':
      on.giveUpBridge();
      break;
    case 'say-farewell':
      on.sayFarewell(effect.prompt, effect.ending);
      break;
    case 'hang-up':
      on.hangUp(effect.cause, effect.ending);
      break;
    case 'await-callee':
      on.awaitCallee(effect.patience);
      break;
    case 'record-close':
      close(facts, targets);
      break;
    case 'record-change':
      change(facts, targets);
      break;
    case 'record-leave':
      leave(effect.answeredAtMs, facts, targets);
      break;
    case 'release':
      on.release();
      targets.over();
      break;
  }
}

function inquire(
  question: Promise<CallEvent>,
  effect: CallEffect & { type: 'check-code' | 'check-last-code' | 'decide' },
  { arrival }: CallFacts,
  { happen, log }: EffectTargets,
): void {
  question.then(happen, (error: unknown) => {
    log.problem(arrival.callId, 'the directory could not be read', error);
    happen(unanswered(effect));
  });
}

function open(effect: CallEffect & { type: 'record-open' }, facts: CallFacts, targets: EffectTargets): void {
  const { recorder, happen, log } = targets;
  const record = recordOf(facts);
  if (!effect.awaited) {
    recorder.keep(record);
    return;
  }
  recorder.opened(record).then(
    () => void lastLook(effect, facts, targets).then(happen),
    (error: unknown) => {
      log.problem(record.callId, 'the open call record could not be stored', error);
      happen({ type: 'record-not-stored' });
    },
  );
}

/** Just before a call is placed: what its caller was told or asked, or the gateway before this one, may have taken long. */
async function lastLook(
  { allowed }: CallEffect & { type: 'record-open' },
  { arrival }: CallFacts,
  { questions, log }: EffectTargets,
): Promise<CallEvent> {
  const stored: CallEvent = { type: 'record-stored' };
  try {
    return (await questions.stillAllowed(allowed)) ?? stored;
  } catch (error) {
    log.problem(arrival.callId, 'the directory could not be read', error);
    return { type: 'code-refused', reason: 'directory-stale' };
  }
}

function bridge(
  { allowed, route }: CallEffect & { type: 'bridge' },
  facts: CallFacts,
  { on, callerNumbers, placed }: EffectTargets,
): void {
  const { number, longestTalkMs, payer } = allowed;
  const shown = shownOf(allowed, facts.phone, callerNumbers);
  on.bridge({ record: openRecordOf(facts), number, route, shown, longestTalkMs });
  if (payer.kind !== 'emergency') placed();
}

/** What the called party is shown. */
export function shownOf(
  { number, payer }: Allowed,
  extension: Extension | null,
  callerNumbers: CallerNumberSettings,
): CallerNumber {
  const account = payer.kind === 'account' ? payer.account : null;
  const shown = callerNumber({ callType: number.callType, account, extension }, callerNumbers);
  return number.hidesCaller === true ? { ...shown, anonymous: true } : shown;
}

function openRecordOf(facts: CallFacts): OpenRecord {
  const record = recordOf(facts);
  if (record.calleeLegId === null) throw new Error('a bridge without a leg for the called party');
  return { ...record, calleeLegId: record.calleeLegId };
}

function close(facts: CallFacts, { recorder, ended, log }: EffectTargets): void {
  const record = recordOf(facts);
  recorder.closed(record);
  log.ended(record);
  ended(record);
}

function change(facts: CallFacts, { on, recorder, accountSet }: EffectTargets): void {
  const record = recordOf(facts);
  recorder.keep(record);
  on.accountChanged(record);
  accountSet(record);
}

function leave(answeredAtMs: number | null, facts: CallFacts, { on, recorder, log }: EffectTargets): void {
  const { callId } = facts.arrival;
  recorder.left(recordOf(facts), { callId, answeredAtMs, heardAtMs: on.nowMs() });
  log.step(callId, 'left', {});
}

/** What people are told of an emergency call. */
function noticeOf(number: string, facts: CallFacts, { on, callerNumbers }: EffectTargets): EmergencyNotice {
  const { callId, controller, extension, callerName } = recordOf(facts);
  return {
    ...{ callId, controller, atMs: on.nowMs(), extension, callerName, number },
    place: placeOfPhone(facts.phone),
    callBackNumber: callerNumber({ callType: 'emergency', account: null, extension: facts.phone }, callerNumbers)
      .number,
  };
}
