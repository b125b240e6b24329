import { randomUUID } from 'node:crypto';
import type { CallRecord } from '../words/call-record.ts';
import type { Recorder } from '../records/recorder.ts';
import type { Clock } from '../words/clock.ts';
import { bridgeOrder, emergencyNotice, routeOf, type PlacingSettings } from '../freeswitch/bridge-order.ts';
import {
  calleeEvent,
  callerEvent,
  type AwaitedApplication,
  type Known,
  type StageEnded,
} from '../freeswitch/outbound/call-events.ts';
import * as commands from '../freeswitch/outbound/call-commands.ts';
import { callerNameOf, callerOf } from '../freeswitch/outbound/caller.ts';
import { createCollector, type CollectorSettings } from '../freeswitch/outbound/collector.ts';
import type { Channel, ChannelEvent } from '../freeswitch/outbound/channel.ts';
import type { Command } from '../freeswitch/wire/command.ts';
import { answeredAtMs, sentAtMs } from '../freeswitch/leg-end.ts';
import type { EmergencyNotice } from '../notify/emergency.ts';
import { completeLength, emergencySpellings, withEmergencyNumbers } from '../policy/completeness.ts';
import { emergencyIn } from '../numbers/read.ts';
import type { CallType } from '../words/call-type.ts';
import { settledNow } from './settled-now.ts';
import type { CallDirectory } from '../store/ports/store.ts';
import { arrivalFacts, closedRecord, endingFacts, recordOfArrival, withProgress } from './live-record.ts';
import { callerPhone, withPhone } from './caller-phone.ts';
import { callTime } from './call-time.ts';
import { inquireCode, inquireNumber, type InquirySettings } from './inquiry.ts';
import { transition, type CallEffect, type CallEvent, type MachineOptions } from './machine.ts';
import type { Allowed, BridgeFailure, CallState } from './state.ts';

export type SessionSettings = InquirySettings &
  CollectorSettings &
  PlacingSettings & {
    controller: string;
    tries: number;
    /** How long to wait for the end of a callee's leg after a failed bridge (there may be none), and after a conversation. */
    settleMs: number;
    settleAfterTalkMs: number;
    /** How long FreeSWITCH may stay silent beyond the time in which it owes an event. */
    silenceMs: number;
  };

export type SessionLog = {
  step(callId: string, step: string, fields: Record<string, unknown>): void;
  ended(record: CallRecord): void;
  problem(callId: string, what: string, error: unknown): void;
};

export type SessionDependencies = {
  directory: CallDirectory;
  /** What stops calls of a type because the directory is too old; null: nothing. */
  staleRule: (callType: CallType) => string | null;
  recorder: Recorder;
  /** Tells people that an emergency call was placed; answers at once. */
  emergencyPlaced: (notice: EmergencyNotice) => void;
  settings: SessionSettings;
  clock: Clock;
  log: SessionLog;
};

/** A call that is being served. */
export type RunningCall = {
  /** Resolves when the call is over, or left to FreeSWITCH, and its record is on its way to disk; never rejects. */
  over: Promise<void>;
  /**
   * Leaves the call to FreeSWITCH as soon as its two sides talk, at once if they do: the conversation goes on, its record stays
   * open and is closed by what FreeSWITCH says of it later.
   */
  leaveInConversation(): void;
};

/** No conversation is longer. */
const longestLingerSeconds = 604_800;

/** As where FreeSWITCH says that there is no such gateway. */
const unusableRoute: BridgeFailure = {
  outcome: 'failed',
  reason: 'gateway-down',
  cause: 'INVALID_URL',
  ofGateway: true,
};

/** Runs one call: turns FreeSWITCH's events into the machine's, and the machine's effects into commands. */
export function runCall(channel: Channel, deps: SessionDependencies): RunningCall {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { over: promise, ...startCall(channel, deps, () => resolve(undefined)) };
}

function startCall(channel: Channel, deps: SessionDependencies, over: () => void): Omit<RunningCall, 'over'> {
  const { settings, clock, log, recorder, directory } = deps;
  const { callId } = channel;
  const { dialled, forwardedBy, ...arrival } = callerOf(callId, (name) => channel.info(name));
  const time = callTime(
    clock,
    sentAtMs((name) => channel.info(name)),
  );
  const plan = withEmergencyNumbers(settings.plan, channel.info('variable_billing_emergency_numbers'));
  channel.forgetInfo();
  const forwarded = forwardedBy !== null;
  const caller = forwarded ? { ...arrival, entry: 'direct' as const, extension: forwardedBy } : arrival;
  const inquiries: InquirySettings = { ...settings, plan };
  const options: MachineOptions = {
    tries: settings.tries,
    emergencyIn: (number) => emergencyIn(number, plan),
    routeCount: (callType) => settings.routes[callType].length,
  };
  let record = recordOfArrival({ ...caller, controller: settings.controller, startedAtMs: time.nowMs() });
  let state: CallState = { name: 'new' };
  let awaited: AwaitedApplication | null = null;
  let answered = false;
  let disarm: () => void = () => undefined;
  let arrived = false;
  let handling = false;
  let leaving = false;
  /** Of the bridge that is about to be sent. */
  let prepared: { route: number; calleeLegId: string; atMs: number } | null = null;
  const events: CallEvent[] = [];

  const phone = callerPhone(caller.extension, directory);

  const collector = createCollector({
    settings,
    clock,
    numbers: {
      emergencySpellings: emergencySpellings(plan),
      completeLength: (digits) => completeLength(digits, plan),
    },
    send: (list, application, withinMs) => {
      awaited = application;
      expectEvent(withinMs);
      channel.send(list);
    },
  });

  /** Effects may bring about further events; each is handled after the one before it, and all of them after the arrival. */
  function happen(event: CallEvent): void {
    events.push(event);
    if (arrived) handleEvents();
  }

  function arrive(): void {
    arrived = true;
    // What came with the call itself, in one piece of the stream, is already there.
    events.unshift({ type: 'arrived', entry: caller.entry, dialled, forwarded });
    handleEvents();
  }

  function handleEvents(): void {
    if (handling) return;
    handling = true;
    try {
      for (let next = events.shift(); next !== undefined; next = events.shift()) advance(next);
    } catch (error) {
      log.problem(callId, 'a step of the call failed, the caller is released', error);
      abandon();
    } finally {
      handling = false;
    }
  }

  function advance(event: CallEvent): void {
    const before = state.name;
    const step = transition(state, event, options);
    state = step.state;
    record = withProgress(record, state);
    if (state.name !== before) log.step(callId, state.name, { event: event.type });
    for (const effect of step.effects) perform(effect);
    if (leaving && isTalking() && event.type !== 'left-in-conversation') events.push({ type: 'left-in-conversation' });
  }

  const isTalking = (): boolean => state.name === 'talking' || (state.name === 'settling' && state.goesOn);

  /** The call cannot go on as the machine wants it: it ends here, with a record. */
  function abandon(): void {
    events.length = 0;
    const lost = transition(state, { type: 'connection-lost', atMs: time.nowMs() }, options);
    state = lost.state;
    for (const effect of lost.effects) if (effect.type === 'record-close') close(effect);
    release();
  }

  function perform(effect: CallEffect): void {
    switch (effect.type) {
      case 'record-arrival':
        recorder.arrived(record);
        break;
      case 'collect': {
        // Before every entry but the first, what was keyed before is taken away.
        const before: Command = answered ? commands.forgetEntry(callId) : commands.answer();
        answered = true;
        collector.ask(effect.prompt, effect.ask, [before]);
        break;
      }
      case 'check-code':
        inquire(whoseCode(effect.code));
        break;
      case 'decide':
        inquire(decide(effect));
        break;
      case 'record-open':
        open(effect);
        break;
      case 'bridge':
        bridge(effect);
        break;
      case 'notify-emergency':
        deps.emergencyPlaced(emergencyNotice(record, effect.number, phone.known(), time.nowMs(), settings));
        break;
      case 'say-and-hang-up':
        expectEvent(0);
        channel.send(commands.farewell(callId, effect.prompt, effect.cause, endingFacts(effect.ending)));
        break;
      case 'hang-up':
        expectEvent(0);
        channel.send(
          effect.ending === null
            ? [commands.hangUp(effect.cause)]
            : commands.release(callId, effect.cause, endingFacts(effect.ending)),
        );
        break;
      case 'await-callee':
        awaitCallee(effect.patience);
        break;
      case 'record-close':
        close(effect);
        break;
      case 'record-leave':
        leave(effect.answeredAtMs);
        break;
      case 'release':
        release();
        break;
    }
  }

  async function whoseCode(code: string): Promise<CallEvent> {
    return inquireCode(code, await phone.found, inquiries, (text) => directory.findAccountByCode(text), clock.nowMs());
  }

  async function decide({ account, number }: CallEffect & { type: 'decide' }): Promise<CallEvent> {
    const extension = await phone.found;
    const payer = account === null && forwarded ? await phone.defaultAccount(clock.nowMs()) : null;
    const verdict = await inquireNumber(
      {
        ...{ account, payer, extension, entry: caller.entry, keyed: number, staleRule: deps.staleRule },
        findAccountByCode: (code) => directory.findAccountByCode(code),
      },
      inquiries,
    );
    record = { ...withPhone(record, extension), decidedAtMs: time.nowMs() };
    return verdict;
  }

  function inquire(question: Promise<CallEvent>): void {
    disarm();
    question.then(happen, (error: unknown) => {
      log.problem(callId, 'the directory could not be read', error);
      const reason = 'directory-stale';
      happen(
        state.name === 'deciding'
          ? { type: 'number-refused', reason, rule: 'the directory could not be read', isCode: true }
          : { type: 'code-refused', reason },
      );
    });
  }

  /** The record and the bridge of one attempt name the same leg, whichever comes first. */
  function prepare({ number: { callType } }: Allowed, route: number): CallRecord & { calleeLegId: string } {
    if (prepared?.route !== route) prepared = { route, calleeLegId: randomUUID(), atMs: time.nowMs() };
    const { calleeLegId, atMs } = prepared;
    const { gateway } = routeOf(settings, callType, route);
    const decidedAtMs = record.decidedAtMs ?? atMs;
    const open = { ...withPhone(record, phone.known()), calleeLegId, gateway, decidedAtMs, bridgedAtMs: atMs };
    record = open;
    return open;
  }

  function open({ allowed, route, awaited: isAwaited }: CallEffect & { type: 'record-open' }): void {
    prepare(allowed, route);
    if (!isAwaited) {
      recorder.keep(record);
      return;
    }
    recorder.opened(record).then(
      () => happen({ type: 'record-stored' }),
      (error: unknown) => {
        log.problem(callId, 'the open call record could not be stored', error);
        happen({ type: 'record-not-stored' });
      },
    );
  }

  function bridge({ allowed, route }: CallEffect & { type: 'bridge' }): void {
    const id = randomUUID();
    awaited = { id, app: 'bridge' };
    expectEvent(settings.ringSeconds * 1000);
    const attempt = { record: prepare(allowed, route), allowed, route, phone: phone.known(), plan };
    try {
      channel.send(commands.bridge({ id, ...bridgeOrder(attempt, settings) }));
    } catch (error) {
      log.problem(callId, 'the call cannot be placed by this route', error);
      events.push({ type: 'bridge-ended', failure: unusableRoute });
    }
  }

  function close(effect: CallEffect & { type: 'record-close' }): void {
    record = closedRecord(withPhone(record, phone.known()), effect.ending, effect.billed, time.nowMs());
    recorder.closed(record);
    log.ended(record);
  }

  function leave(atMs: number | null): void {
    record = { ...record, answeredAtMs: atMs };
    recorder.left(record, { callId, answeredAtMs: atMs, heardAtMs: time.nowMs() });
    log.step(callId, 'left', {});
  }

  function release(): void {
    disarm();
    channel.close();
    over();
  }

  function awaitCallee(patience: (CallEffect & { type: 'await-callee' })['patience']): void {
    if (patience === 'conversation') {
      disarm();
      // FreeSWITCH would close the socket soon after the end of the caller's leg.
      channel.send([{ type: 'linger', seconds: longestLingerSeconds }]);
      return;
    }
    const ms = patience === 'moment' ? settings.settleMs : settings.settleAfterTalkMs;
    wait(ms, () => happen({ type: 'settled-late' }));
  }

  function wait(ms: number, action: () => void): void {
    disarm();
    disarm = clock.after(ms, action);
  }

  /** FreeSWITCH owes an event; where it stays silent too long, the channel is lost. */
  function expectEvent(withinMs: number): void {
    wait(withinMs + settings.silenceMs, () => {
      log.problem(callId, `FreeSWITCH has been silent in state ${state.name}`, null);
      happen({ type: 'connection-lost', atMs: time.nowMs() });
    });
  }

  function onEvent(event: ChannelEvent): void {
    if (event.legId === record.calleeLegId) {
      // From the answer on, a conversation may last as long as it likes.
      if (event.name === 'CHANNEL_ANSWER') disarm();
      noteSignOfLife(event);
      const meaning = calleeEvent(event, known());
      if (meaning !== null) understood(meaning);
    } else if (event.legId === callId) {
      noteCallerName(event);
      const meaning = callerEvent(event, awaited, known());
      if (meaning?.type === 'stage-ended') stageEnded(meaning);
      else if (meaning !== null) understood(meaning);
    }
  }

  function known(): Known {
    return { nowMs: time.nowMs(), answeredAtMs: 'bridge' in state ? (state.bridge?.answeredAtMs ?? null) : null };
  }

  function understood(meaning: CallEvent): void {
    // From here on the call is as long as it is on our monotonic clock, whatever becomes of the others.
    if (meaning.type === 'callee-answered' && known().answeredAtMs === null) time.tell(meaning.atMs);
    if ('end' in meaning && meaning.end.doubt !== undefined) {
      log.problem(callId, 'what FreeSWITCH says of the end of a leg cannot be', meaning.end.doubt);
    }
    happen(meaning);
  }

  function stageEnded({ result, hungUp }: StageEnded): void {
    if (hungUp) {
      happen({ type: 'keyed-partly', digits: collector.soFar(result.digits) });
      return;
    }
    const entry = collector.take(result);
    if (entry === null) return;
    const { digits, terminated, paused, isDoubtful } = entry;
    const keyed = (): void => happen({ type: 'keyed', digits, terminated, isDoubtful });
    if (!paused || emergencyIn(digits, plan) === null) {
      keyed();
      return;
    }
    // `112` may be the beginning of somebody's code or extension: who keys slowly means that, and has not called for help.
    void settledNow(directory.isBeginning(digits)).then((goesOn) => {
      if (goesOn === true && state.name === 'collecting') collector.goOn();
      else keyed();
    });
  }

  function noteSignOfLife({ name, header }: ChannelEvent): void {
    if (name !== 'CHANNEL_ANSWER' && name !== 'SESSION_HEARTBEAT') return;
    const heardAtMs = sentAtMs(header) ?? time.nowMs();
    recorder.heard({ callId, answeredAtMs: answeredAtMs(header), heardAtMs });
  }

  /** Events are JSON, with the display name as the caller sent it; that of the channel's data can be ambiguous (freeswitch/wire/percent.ts). */
  function noteCallerName(event: ChannelEvent): void {
    const callerName = callerNameOf(event.header);
    // A replacement character stands for bytes that are no UTF-8: those of the channel's data were kept.
    if (callerName === '' || callerName.includes('\uFFFD') || callerName === record.callerName) return;
    record = { ...record, callerName };
  }

  channel.listen({
    onEvent,
    onHoldEnded: (id) => collector.holdEnded(id),
    onRefused: (command, detail) => log.step(callId, 'refused', { command: command.type, detail }),
    onDisconnect(why) {
      if (state.name === 'ended') return;
      if (why.kind === 'failed') log.problem(callId, 'the connection to FreeSWITCH broke', why.detail);
      happen({ type: 'connection-lost', atMs: time.nowMs() });
    },
  });

  const noEnding = { billing_outcome: '', billing_reason: '' };
  channel.send([commands.takeUp(callId, { ...arrivalFacts(record), ...noEnding })]);
  // The copy of the directory that is here answers at once; an emergency call that was dialled directly, too, then shows the number
  // that reaches its phone, and says where that is. What does not answer by itself is not waited for.
  void settledNow(phone.found).then(arrive);

  return {
    leaveInConversation() {
      leaving = true;
      if (isTalking()) happen({ type: 'left-in-conversation' });
    },
  };
}
