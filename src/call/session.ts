import type { CallRecord } from '../words/call-record.ts';
import type { CallType } from '../words/call-type.ts';
import type { Clock } from '../words/clock.ts';
import type { EmergencyNotice } from '../words/emergency-notice.ts';
import type { AccountSetByHand, AccountWish, EndedByHand, LiveCall } from '../words/live-call.ts';
import { emergencyMeant, lastPart } from './entry.ts';
import { emergencyIn } from '../numbers/read.ts';
import type { DialPlan } from '../numbers/dial-plan.ts';
import type { GuessGuard } from '../policy/guessing/guard.ts';
import { withEmergencyNumbers } from '../policy/completeness.ts';
import { beginCallWith } from './begin-call.ts';
import { callerPhone, type CallerPhone } from './caller-phone.ts';
import { perform, shownOf, type EffectTargets } from './effects.ts';
import { createEventQueue } from './event-queue.ts';
import { createGoingOn } from './going-on.ts';
import type { InquirySettings } from './inquiry.ts';
import type { LastCodes } from './last-codes.ts';
import { lookAt } from './look.ts';
import { factsOfArrival, learned, recordOf, type CallFacts } from './live-record.ts';
import type { CallEvent, MachineOptions } from './machine/events.ts';
import { transition } from './machine/transition.ts';
import type {
  CallDirectory,
  CallLimits,
  CallLog,
  Caller,
  CallRates,
  CallSwitch,
  RecordKeeper,
  SwitchListener,
} from './ports.ts';
import { createQuestions } from './questions.ts';
import { accountSetting } from './set-account.ts';
import { settledNow } from './settled-now.ts';
import type { CallState } from './state.ts';

export type SessionSettings = InquirySettings & {
  /** Name of this controller. */
  controller: string;
  /** How many entries of a code, and how many of a number, before the goodbye. */
  tries: number;
  /** How long before its end a conversation is told of it. */
  warnMs: number;
};

export type SessionDependencies = {
  directory: CallDirectory;
  rates: CallRates;
  /** What stops calls of a type because the directory is too old; null: nothing. */
  staleRule: (callType: CallType) => string | null;
  recorder: { forCall(): RecordKeeper };
  /** Tells people that an emergency call was placed; answers at once. */
  emergencyPlaced: (notice: EmergencyNotice) => void;
  /** The called party has answered; answers at once. */
  answered: (record: CallRecord) => void;
  /** Its account is another one, because a person asked for that; answers at once. */
  accountSet: (record: CallRecord) => void;
  /** A call is over, and this is its record; answers at once. A call that is left to the switch is not over. */
  ended: (record: CallRecord) => void;
  settings: SessionSettings;
  clock: Pick<Clock, 'nowMs' | 'monotonicMs' | 'after'>;
  /** Of all calls of this controller. */
  guesses: GuessGuard;
  lastCodes: LastCodes;
  /** Of all calls of this controller; told elsewhere how calls end. */
  limits: CallLimits;
  log: CallLog;
};

/** A call that is being served. */
export type RunningCall = {
  /** Resolves when the call is over, or left to the switch, and its record is on its way to disk; never rejects. */
  over: Promise<void>;
  /**
   * Leaves the call to the switch as soon as its two sides talk, at once if they do: the conversation goes on, its record stays
   * open and is closed by what the switch says of it later.
   */
  leaveInConversation(): void;
  /**
   * The switch has come with the same call once more, because it takes our connection for lost: this run of it ends as where that is
   * so. False: its two sides talk, and it goes on.
   */
  giveWay(): boolean;
  /** What is known of it now, for people who watch. */
  look(): LiveCall;
  /** Ends it, because a person asked for that; an emergency call goes on. */
  cutOff(): EndedByHand;
  /** Has another account pay for it, because a person asked for that (set-account.ts). Rejects where the directory cannot be read. */
  setAccount(wish: Pick<AccountWish, 'code' | 'by'>): Promise<AccountSetByHand>;
};

/** Runs one call: hands the switch's events to the machine, keeps what is known for the record, and does what the machine asks for. */
export function runCall(on: CallSwitch, deps: SessionDependencies): RunningCall {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const { caller } = on;
  const plan = withEmergencyNumbers(deps.settings.plan, caller.emergencyNumbers);
  const arrival = asServed(caller);
  const phone = callerPhone(arrival.extension, deps.directory);
  const over = (): void => {
    deps.limits.drop(caller.callId);
    resolve(undefined);
  };
  const recorder = deps.recorder.forCall();
  const call = liveCall(on, deps, { plan, phone, arrival, recorder, over });
  on.takeUp(listenerOf(call, { plan, recorder }, deps.directory, caller.callId), recordOf(call.facts()), plan);
  // The copy of the directory that is here answers at once; an emergency call that was dialled directly, too, then shows the number
  // that reaches its phone, and says where that is. Nobody waits for what does not answer by itself.
  void settledNow(phone.found).then(() => {
    const { entry, dialled, forwardedBy } = arrival;
    call.begin({ type: 'arrived', entry, dialled, forwarded: forwardedBy !== null });
  });
  return {
    over: promise,
    leaveInConversation: () => call.happen({ type: 'leave-in-conversation' }),
    giveWay() {
      if (call.isAnswered()) return false;
      call.happen({ type: 'connection-lost', atMs: on.nowMs() });
      on.release();
      return true;
    },
    look: () => lookAt(call),
    setAccount: accountSettingOf(call, on, deps, { plan, phone }),
    cutOff() {
      if (recordOf(call.facts()).callType === 'emergency') return 'emergency';
      on.cutOff();
      return 'ended';
    },
  };
}

/** A forwarded call is that of the phone which forwarded it, whatever the dialplan says of its entry. */
function asServed(caller: Caller): Caller {
  if (caller.forwardedBy === null) return caller;
  return { ...caller, entry: 'direct', extension: caller.forwardedBy };
}

type Session = {
  state(): CallState;
  facts(): CallFacts;
  /** The far end has answered. */
  isAnswered(): boolean;
  begin(arrived: CallEvent): void;
  happen(event: CallEvent): void;
};

type Beginning = { plan: DialPlan; phone: CallerPhone; arrival: Caller; recorder: RecordKeeper; over: () => void };

function accountSettingOf(
  call: Session,
  on: CallSwitch,
  { directory, rates, limits, staleRule, settings, clock }: SessionDependencies,
  { plan, phone }: Pick<Beginning, 'plan' | 'phone'>,
): RunningCall['setAccount'] {
  return accountSetting({
    ...{ callId: on.caller.callId, state: () => call.state(), directory, phone: phone.found, rates, limits, staleRule },
    ...{ settings: { ...settings, plan }, clock, switchNowMs: () => on.nowMs(), happen: (event) => call.happen(event) },
  });
}

function liveCall(on: CallSwitch, deps: SessionDependencies, beginning: Beginning): Session {
  const { log } = deps;
  const { callId } = on.caller;
  let state: CallState = { name: 'new' };
  let facts = factsAtFirst(on, deps, beginning.arrival);
  const queue = createEventQueue(advance, giveUp);
  const targets = targetsOf(on, deps, beginning, {
    happen: (event) => queue.happen(event),
    isOver: () => state.name === 'ended',
  });
  const options = machineOptions(on, deps, beginning);
  const goingOn = createGoingOn({
    ...{ callId, on, limits: deps.limits, clock: deps.clock, warnMs: deps.settings.warnMs },
    reserved: () => beginning.recorder.keep(recordOf(facts)),
  });

  function advance(event: CallEvent): void {
    const before = state;
    const step = transition(state, event, options);
    state = step.state;
    facts = learned(facts, {
      ...{ event, before, step, atMs: on.nowMs(), phone: beginning.phone.known() },
      newLegId: () => on.newLegId(),
      gatewayOf: (callType, route) => gatewayOf(on, callType, route),
      callingNumberOf: (allowed, phone) => shownOf(allowed, phone, deps.settings.callerNumber).number,
    });
    if (state.name !== before.name) log.step(callId, state.name, { event: event.type });
    if (state.name === 'talking' && before.name === 'connecting')
      deps.answered({ ...recordOf(facts), answeredAtMs: state.bridge.answeredAtMs });
    goingOn.follow(state, step.effects);
    if (event.type === 'account-set' && state.name !== 'connecting') changeLimits(event);
    for (const effect of step.effects) perform(effect, facts, targets);
  }

  function changeLimits(limits: CallEvent & { type: 'account-set' }): void {
    const answeredAtMs = 'bridge' in state ? (state.bridge?.answeredAtMs ?? null) : null;
    if (answeredAtMs !== null) goingOn.change(limits, on.nowMs() - answeredAtMs);
  }

  /** The call cannot go on as the machine wants it: it ends here, with a record. */
  function giveUp(error: unknown): void {
    log.problem(callId, 'a step of the call failed; hanging up', error);
    try {
      advance({ type: 'connection-lost', atMs: on.nowMs() });
    } finally {
      on.release();
      beginning.over();
    }
  }

  return {
    state: () => state,
    facts: () => facts,
    isAnswered: () => 'bridge' in state && typeof state.bridge?.answeredAtMs === 'number',
    begin: (arrived) => queue.begin(arrived),
    happen: (event) => queue.happen(event),
  };
}

function factsAtFirst(on: CallSwitch, { settings }: SessionDependencies, arrival: Caller): CallFacts {
  const { callId, switchName, entry, extension, callerName } = arrival;
  const { controller } = settings;
  return factsOfArrival({ callId, switchName, controller, entry, extension, callerName, startedAtMs: on.nowMs() });
}

function machineOptions(
  on: CallSwitch,
  { settings }: SessionDependencies,
  { plan, phone }: Pick<Beginning, 'plan' | 'phone'>,
): MachineOptions {
  const codeLater = settings.codeLater.length > 0;
  const needsAuthorization = (): boolean => settings.twoCodes || phone.known()?.twoCodes === true;
  return {
    tries: settings.tries,
    codeLater,
    needsAuthorization,
    mayGoWithoutCode: () => !needsAuthorization() && (codeLater || (phone.known()?.lastCodeMinutes ?? null) !== null),
    emergencyIn: (number) => emergencyIn(number, plan),
    routeCount: (callType) => on.gateways(callType).length,
  };
}

function gatewayOf(on: CallSwitch, callType: CallType, route: number): string {
  const [first = '', ...others] = on.gateways(callType);
  return others[route - 1] ?? first;
}

function targetsOf(
  on: CallSwitch,
  deps: SessionDependencies,
  { plan, phone, arrival, recorder, over }: Beginning,
  { happen, isOver }: { happen: (event: CallEvent) => void; isOver: () => boolean },
): EffectTargets {
  const { directory, ended, accountSet, staleRule, settings, clock, guesses, limits, rates, log } = deps;
  const questions = createQuestions({
    ...{ directory, rates, phone, caller: arrival, settings: { ...settings, plan }, staleRule },
    lastCodes: deps.lastCodes,
    watch: { guard: guesses, clock, keepKeys: (ms) => on.keepKeys(ms) },
    begin: beginCallWith({ callId: arrival.callId, limits, clock, settings, isOver }),
  });
  const { callerNumber: callerNumbers } = settings;
  function emergencyPlaced(notice: EmergencyNotice): void {
    deps.emergencyPlaced(notice);
    // It may have been keyed in place of a confirmation: the call that was allowed is then not placed.
    limits.drop(arrival.callId);
  }
  const placed = (): void => limits.placed(arrival.callId);
  return { on, questions, recorder, emergencyPlaced, accountSet, placed, ended, callerNumbers, log, happen, over };
}

function listenerOf(
  call: Session,
  { plan, recorder }: Pick<Beginning, 'plan' | 'recorder'>,
  directory: CallDirectory,
  callId: string,
): SwitchListener {
  return {
    onEvent: (event) => call.happen(event),
    onSignOfLife: (sign) => recorder.heard({ callId, ...sign }),
    // `112` may be the beginning of somebody's code or extension: who keys slowly means that, and has not called for help.
    mayGoOn(digits) {
      const isEmergency = emergencyMeant(digits, (number) => emergencyIn(number, plan)) !== null;
      if (!isEmergency || call.state().name === 'confirming') return null;
      return settledNow(directory.isBeginning(lastPart(digits))).then((goesOn) => goesOn === true);
    },
  };
}
