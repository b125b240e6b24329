import { randomUUID } from 'node:crypto';
import type { CallRecord } from '../cdr/record.ts';
import type { Recorder } from '../cdr/recorder.ts';
import type { Clock } from '../clock.ts';
import { calleeEvent, callerEvent, type AwaitedApplication } from '../esl/call-events.ts';
import * as commands from '../esl/call-commands.ts';
import { callerOf, type Caller } from '../esl/caller.ts';
import type { Channel, ChannelEvent } from '../esl/channel.ts';
import { answeredAtMs } from '../esl/leg-end.ts';
import type { EmergencyNotice } from '../notify/emergency.ts';
import type { Account, Extension } from '../policy/directory.ts';
import { readNumber, type CallType, type DialPlan } from '../policy/number.ts';
import type { DirectoryLookup } from '../store/store.ts';
import { arrivalFacts, closedRecord, endingFacts, factsOf, recordOfArrival, withProgress } from './call-record.ts';
import { inquireCode, inquireNumber } from './inquiry.ts';
import { transition, type CallEffect, type CallEvent } from './machine.ts';
import type { Prompt } from './prompts.ts';
import type { Allowed, CallState } from './state.ts';

export type SessionSettings = {
  controller: string;
  tries: number;
  firstDigitMs: number;
  digitMs: number;
  maxDigits: number;
  /** Call types that direct entry asks no code for. */
  directWithoutCode: readonly CallType[];
  plan: DialPlan;
  /** Endpoint by call type; see `esl/dial-string.ts`. */
  routes: Readonly<Record<CallType, string>>;
  ringSeconds: number;
  /** Longest conversation; null: no limit. */
  maxTalkSeconds: number | null;
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
  directory: DirectoryLookup;
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

/** Runs one call: turns FreeSWITCH's events into the machine's, and the machine's effects into commands. */
export function runCall(channel: Channel, deps: SessionDependencies): RunningCall {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { over: promise, ...startCall(channel, deps, () => resolve(undefined)) };
}

function startCall(channel: Channel, deps: SessionDependencies, over: () => void): Omit<RunningCall, 'over'> {
  const { settings, clock, log, recorder, directory } = deps;
  const caller = callerOf(channel.callId, (name) => channel.info(name));
  channel.forgetInfo();
  const { dialled, ...arrival } = caller;
  let record = recordOfArrival({ ...arrival, controller: settings.controller, startedAtMs: clock.nowMs() });
  let state: CallState = { name: 'new' };
  let awaited: AwaitedApplication | null = null;
  let answered = false;
  let disarm: () => void = () => undefined;
  let handling = false;
  let leaving = false;
  const events: CallEvent[] = [];

  // Asked for at once and awaited where it is needed, where a failure is reported.
  const extension = directory.findExtension(caller.extension);
  extension.catch(() => undefined);

  /** Effects may bring about further events; each is handled after the one before it. */
  function happen(event: CallEvent): void {
    events.push(event);
    if (handling) return;
    handling = true;
    try {
      for (let next = events.shift(); next !== undefined; next = events.shift()) advance(next);
    } catch (error) {
      log.problem(channel.callId, 'a step of the call failed, the caller is released', error);
      abandon();
    } finally {
      handling = false;
    }
  }

  function advance(event: CallEvent): void {
    const before = state.name;
    const step = transition(state, event, settings);
    state = step.state;
    record = withProgress(record, state);
    if (state.name !== before) log.step(channel.callId, state.name, { event: event.type });
    for (const effect of step.effects) perform(effect);
    if (leaving) leaveIfTalking();
  }

  function leaveIfTalking(): void {
    if (state.name !== 'talking' || state.bridge.calleeEnd !== null) return;
    const { answeredAtMs: atMs } = state.bridge;
    record = { ...record, answeredAtMs: atMs };
    state = { name: 'ended' };
    recorder.left(record, { callId: channel.callId, answeredAtMs: atMs, heardAtMs: clock.nowMs() });
    log.step(channel.callId, 'left', {});
    release();
  }

  /** The call cannot go on as the machine wants it: it ends here, with a record. */
  function abandon(): void {
    events.length = 0;
    const lost = transition(state, { type: 'connection-lost', atMs: clock.nowMs() }, settings);
    state = lost.state;
    for (const effect of lost.effects) if (effect.type === 'record-close') close(effect);
    release();
  }

  function perform(effect: CallEffect): void {
    switch (effect.type) {
      case 'record-arrival':
        recorder.arrived(record);
        break;
      case 'collect':
        collect(effect.prompt);
        break;
      case 'check-code':
        inquire(inquireCode(effect.code, settings.plan, (code) => directory.findAccountByCode(code), clock.nowMs()));
        break;
      case 'decide':
        inquire(decide(effect.account, effect.number));
        break;
      case 'record-open':
        open();
        break;
      case 'bridge':
        bridge(effect.allowed);
        break;
      case 'say-and-hang-up':
        expectEvent(0);
        channel.send(commands.farewell(channel.callId, effect.prompt, effect.cause, endingFacts(effect.ending)));
        break;
      case 'hang-up':
        expectEvent(0);
        channel.send([commands.hangUp(effect.cause)]);
        break;
      case 'await-callee':
        wait(effect.patient ? settings.settleAfterTalkMs : settings.settleMs, () => happen({ type: 'settled-late' }));
        break;
      case 'record-close':
        close(effect);
        break;
      case 'release':
        release();
        break;
    }
  }

  function collect(prompt: Prompt): void {
    const { firstDigitMs, digitMs, maxDigits } = settings;
    const id = randomUUID();
    awaited = { id, app: 'collect' };
    expectEvent(firstDigitMs + maxDigits * digitMs);
    channel.send([
      answered ? commands.forgetEntry(channel.callId) : commands.answer(),
      commands.collect({ id, prompt, maxDigits, firstDigitMs, digitMs }),
    ]);
    answered = true;
  }

  async function decide(account: Account | null, keyed: string): Promise<CallEvent> {
    const phone: Extension | null = await extension;
    const verdict = inquireNumber(account, phone, keyed, settings.plan, deps.staleRule);
    record = {
      ...record,
      extensionId: phone?.id ?? null,
      departmentId: account?.departmentId ?? phone?.departmentId ?? null,
      decidedAtMs: clock.nowMs(),
    };
    return verdict;
  }

  function inquire(question: Promise<CallEvent>): void {
    disarm();
    question.then(happen, (error: unknown) => {
      log.problem(channel.callId, 'the directory could not be read', error);
      const reason = 'directory-stale';
      happen(
        state.name === 'deciding'
          ? { type: 'number-refused', reason, rule: 'the directory could not be read' }
          : { type: 'code-refused', reason },
      );
    });
  }

  function open(): void {
    record = { ...record, calleeLegId: randomUUID(), bridgedAtMs: clock.nowMs() };
    recorder.opened(record).then(
      () => happen({ type: 'record-stored' }),
      (error: unknown) => {
        log.problem(channel.callId, 'the open call record could not be stored', error);
        happen({ type: 'record-not-stored' });
      },
    );
  }

  function bridge(allowed: Allowed): void {
    const { number } = allowed;
    const id = randomUUID();
    awaited = { id, app: 'bridge' };
    expectEvent(settings.ringSeconds * 1000);
    channel.send(
      commands.bridge({
        id,
        callId: channel.callId,
        calleeLegId: record.calleeLegId ?? randomUUID(),
        target: { route: settings.routes[number.callType], number: number.dial, e164: number.e164 },
        ringSeconds: settings.ringSeconds,
        maxTalkSeconds: number.callType === 'emergency' ? null : settings.maxTalkSeconds,
        extension: record.extension,
        callerName: record.callerName,
        facts: factsOf(record),
      }),
    );
  }

  function close(effect: CallEffect & { type: 'record-close' }): void {
    record = closedRecord(record, effect.ending, effect.billed, clock.nowMs());
    recorder.closed(record);
    log.ended(record);
  }

  function release(): void {
    disarm();
    channel.close();
    over();
  }

  function wait(ms: number, action: () => void): void {
    disarm();
    disarm = clock.after(ms, action);
  }

  /** FreeSWITCH owes an event; where it stays silent too long, the channel is lost. */
  function expectEvent(withinMs: number): void {
    wait(withinMs + settings.silenceMs, () => {
      log.problem(channel.callId, `FreeSWITCH has been silent in state ${state.name}`, null);
      happen({ type: 'connection-lost', atMs: clock.nowMs() });
    });
  }

  function onEvent(event: ChannelEvent): void {
    if (event.legId === record.calleeLegId) {
      // From the answer on, a conversation may last as long as it likes.
      if (event.name === 'CHANNEL_ANSWER') disarm();
      noteSignOfLife(event);
      const meaning = calleeEvent(event, clock.nowMs());
      if (meaning !== null) happen(meaning);
    } else if (event.legId === channel.callId) {
      noteCallerName(event);
      const meaning = callerEvent(event, awaited);
      if (meaning !== null) happen(meaning);
    }
  }

  function noteSignOfLife({ name, header }: ChannelEvent): void {
    if (name !== 'CHANNEL_ANSWER' && name !== 'SESSION_HEARTBEAT') return;
    recorder.heard({ callId: channel.callId, answeredAtMs: answeredAtMs(header), heardAtMs: clock.nowMs() });
  }

  /** Events are JSON, with the display name as the caller sent it; that of the channel's data can be ambiguous (esl/percent.ts). */
  function noteCallerName(event: ChannelEvent): void {
    const { callerName } = callerOf(channel.callId, event.header);
    // A replacement character stands for bytes that are no UTF-8: those of the channel's data were kept.
    if (callerName === '' || callerName.includes('\uFFFD') || callerName === record.callerName) return;
    record = { ...record, callerName };
  }

  channel.listen({
    onEvent,
    onRefused: (command, detail) => log.step(channel.callId, 'refused', { command: command.type, detail }),
    onDisconnect(why) {
      if (state.name === 'ended') return;
      if (why.kind === 'failed') log.problem(channel.callId, 'the connection to FreeSWITCH broke', why.detail);
      happen({ type: 'connection-lost', atMs: clock.nowMs() });
    },
  });

  const noEnding = { billing_outcome: '', billing_reason: '' };
  channel.send([commands.takeUp(channel.callId, { ...arrivalFacts(record), ...noEnding })]);
  happen({ type: 'arrived', entry: caller.entry, dialled, codeNeeded: codeNeeded(caller, settings) });

  return {
    leaveInConversation() {
      leaving = true;
      leaveIfTalking();
    },
  };
}

/** In direct entry only some call types need a code; one that the dial plan does not know is asked for one. */
function codeNeeded(caller: Caller, settings: SessionSettings): boolean {
  if (caller.entry !== 'direct') return true;
  const number = readNumber(caller.dialled, settings.plan);
  if (number.callType === null) return true;
  return number.callType !== 'emergency' && !settings.directWithoutCode.includes(number.callType);
}
