import { randomUUID } from 'node:crypto';
import type { BridgeOrder, CallSwitch, Patience, SwitchListener } from '../../call/ports.ts';
import type { Ask, Prompt } from '../../call/prompts.ts';
import type { BridgeFailure } from '../../call/state.ts';
import type { DialPlan } from '../../numbers/dial-plan.ts';
import { completeLength, emergencySpellings } from '../../policy/completeness.ts';
import type { CallRecord } from '../../words/call-record.ts';
import { longestConversationSeconds } from '../../words/conversation.ts';
import { bridgeOf, ringSecondsOf, talkLimits } from '../bridge-order.ts';
import { accountFacts, arrivalFacts, endingFacts, noEndingFacts } from '../facts.ts';
import * as commands from './call-commands.ts';
import { callerOf } from './caller.ts';
import type { Channel } from './channel.ts';
import { createCollector, type Collector } from './collector.ts';
import { expectEvent, legOf, tell, wait, type Leg, type SwitchOptions } from './leg.ts';
import { listenTo, stopRinging } from './leg-events.ts';
import { createRingingKeys } from './ringing-keys.ts';

/** As where FreeSWITCH says that there is no such gateway. */
const unusableRoute: BridgeFailure = {
  outcome: 'failed',
  reason: 'gateway-down',
  cause: 'INVALID_URL',
  ofGateway: true,
};

/** What a call's outbound socket is to the call. */
export function outboundSwitch(channel: Channel, options: SwitchOptions): CallSwitch {
  const caller = callerOf(channel.callId, (name) => channel.info(name));
  const leg = legOf(channel, options, caller);
  channel.forgetInfo();
  const { routes } = options.settings;
  return {
    caller,
    nowMs: () => leg.time.nowMs(),
    newLegId: () => randomUUID(),
    gateways: (callType) => routes[callType].map(({ gateway }) => gateway),
    takeUp: (listener, record, plan) => takeUp(leg, listener, record, plan),
    collect: (prompt, ask) => collect(leg, prompt, ask),
    keepKeys: (ms) => leg.served?.collector.keepKeys(ms, [commands.forgetEntry(channel.callId)]),
    bridge: (order) => bridge(leg, order),
    giveUpBridge() {
      if (leg.calleeLegId !== null) channel.send(commands.giveUpBridge(channel.callId, leg.calleeLegId));
    },
    sayFarewell(prompt, ending) {
      // The machine will be told what is being keyed, and says them again where that is nothing.
      if (leg.ringingKeys?.isUnderWay() === true) return;
      if (leg.ringingKeys !== null) stopRinging(leg);
      const before = commands.beforeFarewell(channel.callId, endingFacts(ending));
      leg.served?.collector.ask(prompt, 'farewell', [before]);
    },
    hangUp(cause, ending) {
      leg.awaited = null;
      leg.ringingKeys?.stop();
      leg.ringingKeys = null;
      expectEvent(leg, 0, 'hangup');
      channel.send(
        ending === null ? [commands.hangUp(cause)] : commands.release(channel.callId, cause, endingFacts(ending)),
      );
    },
    // As API command: an application would wait for the bridge's end.
    cutOff: () => channel.send([commands.cutOff(channel.callId)]),
    awaitCallee: (patience) => awaitCallee(leg, patience),
    release: () => release(leg),
    accountChanged: (record) =>
      channel.send(commands.accountChanged(channel.callId, leg.calleeLegId, accountFacts(record))),
    talkUntil: (longestMs) => talkUntil(leg, longestMs),
  };
}

function takeUp(leg: Leg, listener: SwitchListener, record: CallRecord, plan: DialPlan): void {
  const { channel, options } = leg;
  const collector = createCollector({
    settings: options.settings,
    clock: options.clock,
    numbers: {
      emergencySpellings: emergencySpellings(plan),
      completeLength: (digits) => completeLength(digits, plan),
    },
    send(list, application, withinMs) {
      leg.awaited = application;
      expectEvent(leg, withinMs, application.app);
      if (leg.gap !== null) leg.gap.stageId = application.id;
      channel.send(leg.gap === null ? list : [commands.hearBeginnings, ...list]);
    },
    sendAlong: (list) => channel.send(list),
    answeredAhead: ({ digits, terminated, isDoubtful }) => tell(leg, { type: 'keyed', digits, terminated, isDoubtful }),
  });
  leg.served = { listener, collector, plan };
  listenTo(leg);
  channel.send([commands.takeUp(channel.callId, { ...arrivalFacts(record), ...noEndingFacts })]);
}

/** Before every entry but the first, what was keyed before is taken away. */
function collect(leg: Leg, prompt: Prompt, ask: Ask): void {
  const before = leg.answered ? commands.forgetEntry(leg.channel.callId) : commands.answer();
  leg.answered = true;
  leg.served?.collector.ask(prompt, ask, [before]);
}

function bridge(leg: Leg, order: BridgeOrder): void {
  const { channel, options, served } = leg;
  if (served === null) return;
  const id = randomUUID();
  const keyedAhead = endListening(leg, served.collector);
  leg.awaited = { id, app: 'bridge' };
  leg.calleeLegId = order.record.calleeLegId;
  leg.calleeAnsweredAtMs = null;
  leg.gap = null;
  const isEmergency = order.number.callType === 'emergency';
  if (isEmergency) {
    leg.ringingKeys?.stop();
    leg.ringingKeys = null;
  }
  // There are some where the next gateway is tried, and something is being keyed.
  leg.ringingKeys ??= createRingingKeys(options.settings, options.clock, (digits) =>
    tell(leg, { type: 'keyed', digits, terminated: false, isDoubtful: false }),
  );
  if (!isEmergency) for (const key of keyedAhead) leg.ringingKeys.keyed(key, false);
  leg.hearsKeys = true;
  leg.ringSeconds = ringSecondsOf(order, options.settings);
  expectEvent(leg, leg.ringSeconds * 1000, 'bridge');
  try {
    channel.send(commands.bridge({ id, ...bridgeOf(order, served.plan, options.settings) }));
  } catch (error) {
    options.log.problem(channel.callId, 'the call cannot be placed by this route', error);
    tell(leg, { type: 'bridge-ended', failure: unusableRoute });
  }
}

/** Answers the keys that came while it was decided whether the call is placed (`listenWhileDeciding`). */
function endListening(leg: Leg, collector: Collector): string {
  const isRunning = leg.awaited !== null && leg.awaited.app !== 'bridge';
  leg.brokenOff = isRunning ? leg.awaited : null;
  if (isRunning) leg.channel.send([commands.breakStage(leg.channel.callId)]);
  return collector.takeAhead();
}

function talkUntil(leg: Leg, longestMs: number | null): void {
  const { channel, options, calleeLegId, calleeAnsweredAtMs, time } = leg;
  if (calleeLegId === null || calleeAnsweredAtMs === null || leg.released) return;
  const { maxTalkSeconds, warnAfterSeconds } = talkLimits(longestMs, options.settings);
  const talkedSeconds = Math.ceil((time.nowMs() - calleeAnsweredAtMs) / 1000);
  const fromNow = (seconds: number | null): number | null =>
    seconds === null ? null : Math.max(1, seconds - talkedSeconds);
  const limits = { maxTalkSeconds: fromNow(maxTalkSeconds), warnAfterSeconds: fromNow(warnAfterSeconds) };
  channel.send(commands.talkUntil(channel.callId, calleeLegId, limits));
}

function awaitCallee(leg: Leg, patience: Patience): void {
  const { settleMs, settleAfterTalkMs } = leg.options.settings;
  // FreeSWITCH would close the socket soon after the end of the caller's leg.
  const linger = (): void => leg.channel.send([{ type: 'linger', seconds: longestConversationSeconds }]);
  switch (patience) {
    case 'conversation':
      leg.disarm();
      linger();
      return;
    case 'answer':
      linger();
      // With sound, FreeSWITCH ends the ringing a second or two later (dial-string.ts).
      wait(leg, (leg.ringSeconds + 2) * 1000 + settleAfterTalkMs, () => tell(leg, { type: 'settled-late' }));
      return;
    case 'moment':
      wait(leg, settleMs, () => tell(leg, { type: 'settled-late' }));
      return;
    case 'after-talk':
      wait(leg, settleAfterTalkMs, () => tell(leg, { type: 'settled-late' }));
      return;
  }
}

function release(leg: Leg): void {
  leg.disarm();
  leg.ringingKeys?.stop();
  leg.released = true;
  leg.channel.close();
}
