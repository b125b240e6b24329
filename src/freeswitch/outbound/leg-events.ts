import { emergencyMeant } from '../../call/entry.ts';
import type { CallEvent } from '../../call/machine/events.ts';
import type { DialPlan } from '../../numbers/dial-plan.ts';
import { emergencyIn } from '../../numbers/read.ts';
import { answeredAtMs, sentAtMs } from '../leg-end.ts';
import { calleeEvent, callerEvent, type Known, type StageEnded } from './call-events.ts';
import * as commands from './call-commands.ts';
import { callerNameOf } from './caller.ts';
import type { ChannelEvent, Disconnect } from './channel.ts';
import type { CollectedEntry } from './collector.ts';
import { listenWhileDeciding, nothingOwed, tell, type Leg } from './leg.ts';

/** From now on the call is told what FreeSWITCH's events mean to it. */
export function listenTo(leg: Leg): void {
  const { channel, options } = leg;
  const { callId } = channel;
  channel.listen({
    onEvent: (event) => onEvent(leg, event),
    onHoldEnded: (id) => leg.served?.collector.holdEnded(id),
    onRefused: (command, detail) => options.log.step(callId, 'refused', { command: command.type, detail }),
    onDisconnect: (why) => onDisconnect(leg, why),
  });
}

function onEvent(leg: Leg, event: ChannelEvent): void {
  if (event.legId === leg.calleeLegId) onCalleeEvent(leg, event);
  else if (event.legId === leg.channel.callId) onCallerEvent(leg, event);
}

function onCalleeEvent(leg: Leg, event: ChannelEvent): void {
  // From the answer on, a conversation may last as long as it likes.
  if (event.name === 'CHANNEL_ANSWER') leg.disarm();
  noteSignOfLife(leg, event);
  const meaning = calleeEvent(event, known(leg));
  if (meaning?.type === 'callee-answered' && leg.calleeAnsweredAtMs === null) {
    // From here on the call is as long as it is on our monotonic clock, whatever becomes of the others.
    leg.time.tell(meaning.atMs);
    leg.calleeAnsweredAtMs = meaning.atMs;
    passKeysOn(leg);
  }
  if (meaning !== null) understood(leg, meaning);
}

function onCallerEvent(leg: Leg, event: ChannelEvent): void {
  if (event.name === 'DTMF') {
    onKey(leg, event);
    return;
  }
  if (event.name === 'CHANNEL_EXECUTE') {
    if (leg.gap !== null && event.header('Application-UUID') === leg.gap.stageId) gapIsOver(leg, true);
    return;
  }
  noteCallerName(leg, event);
  const broken = leg.brokenOff === null ? null : callerEvent(event, leg.brokenOff, known(leg));
  if (broken?.type === 'stage-ended') {
    stageBrokenOff(leg, broken);
    return;
  }
  const meaning = callerEvent(event, leg.awaited, known(leg));
  if (meaning?.type === 'stage-ended') stageEnded(leg, meaning);
  else if (meaning !== null) understood(leg, meaning);
}

function onKey(leg: Leg, { header }: ChannelEvent): void {
  const { ringingKeys, gap, channel } = leg;
  const key = header('DTMF-Digit') ?? '';
  if (ringingKeys !== null) {
    ringingKeys.keyed(key, header('Caller-Channel-Bridged-Time') !== '0');
    return;
  }
  if (gap !== null) {
    gap.keys += key;
    return;
  }
  // Some more may be on their way.
  if (leg.hearsKeys) channel.send([commands.hearNoKeys]);
  leg.hearsKeys = false;
}

/**
 * Keys that FreeSWITCH told of while the far end rang are for whoever has answered. The last of them may have been an emergency number, and
 * the answer have come before anybody could tell that it is complete.
 */
function passKeysOn(leg: Leg): void {
  const { unheard = '', begun = '' } = leg.ringingKeys?.stop() ?? {};
  leg.ringingKeys = null;
  if (begun !== '') tell(leg, { type: 'keyed', digits: begun, terminated: false, isDoubtful: false });
  const plan = leg.served?.plan;
  const isHelpWanted = plan !== undefined && isEmergency(begun, plan);
  if (unheard !== '' && !isHelpWanted) leg.channel.send([commands.passKeys(leg.channel.callId, unheard)]);
}

const known = ({ time, calleeAnsweredAtMs }: Leg): Known => ({
  nowMs: time.nowMs(),
  answeredAtMs: calleeAnsweredAtMs,
});

function understood(leg: Leg, meaning: CallEvent): void {
  if ('end' in meaning && meaning.end.doubt !== undefined) {
    const { channel, options } = leg;
    options.log.problem(channel.callId, 'FreeSWITCH gave an impossible end of a leg', meaning.end.doubt);
  }
  if (meaning.type !== 'bridge-ended') {
    tell(leg, meaning);
    return;
  }
  decide(leg, () => tell(leg, meaning));
}

/** Nothing more is owed: what the call does next says what is, at once or later. */
function decide(leg: Leg, told: () => void): void {
  leg.disarm();
  leg.disarm = nothingOwed;
  told();
  if (leg.disarm === nothingOwed && !leg.released && leg.ringingKeys === null) listenWhileDeciding(leg);
}

/** What was keyed so far, and may go on, belongs to whatever the caller is asked next. */
export function stopRinging(leg: Leg): void {
  leg.served?.collector.begun(leg.ringingKeys?.stop().begun ?? '');
  leg.ringingKeys = null;
  leg.gap = { stageId: null, keys: '' };
}

/**
 * A stage takes the keys now, and what was keyed before it belongs to its entry. The next key ends the stage; where there may be none, since an
 * emergency number is complete, it is broken off. Not otherwise: by then it may be over, and what keeps keys after it would be broken off.
 */
function gapIsOver(leg: Leg, isRunning: boolean): void {
  const { served, gap } = leg;
  if (served === null || gap === null) return;
  const { collector, plan } = served;
  const entries = collector.soFar(gap.keys).split('#');
  const isBroken = isRunning && gap.keys !== '' && entries.some((entry) => isEmergency(entry, plan));
  leg.channel.send([commands.leaveKeysToStage, ...(isBroken ? [commands.breakStage(leg.channel.callId)] : [])]);
  collector.missed(gap.keys);
  leg.gap = null;
  leg.hearsKeys = false;
}

const isEmergency = (entry: string, plan: DialPlan): boolean =>
  emergencyMeant(entry, (number) => emergencyIn(number, plan)) !== null;

function stageEnded(leg: Leg, { result, hungUp }: StageEnded): void {
  const { served } = leg;
  if (served === null) return;
  if (leg.gap !== null) gapIsOver(leg, false);
  const { collector } = served;
  if (hungUp) {
    tell(leg, { type: 'keyed-partly', digits: collector.soFar(result.digits) });
    return;
  }
  leg.awaited = null;
  decide(leg, () => {
    const entry = collector.take(result);
    if (entry !== null) entered(leg, entry);
  });
}

/** The call is being placed: what was keyed until then is looked at like what is keyed from then on. */
function stageBrokenOff(leg: Leg, { result: { digits, terminated } }: StageEnded): void {
  leg.brokenOff = null;
  for (const key of terminated ? `${digits}#` : digits) leg.ringingKeys?.keyed(key, false);
}

function entered(leg: Leg, entry: CollectedEntry): void {
  const { served } = leg;
  if (served === null) return;
  const { collector, listener } = served;
  const { digits, terminated, paused, isDoubtful, isAhead } = entry;
  const keyed = (): void =>
    tell(leg, isAhead ? { type: 'keyed-ahead', digits } : { type: 'keyed', digits, terminated, isDoubtful });
  const mayGoOn = paused ? listener.mayGoOn(digits) : null;
  if (mayGoOn === null) {
    keyed();
    return;
  }
  void mayGoOn.then((goesOn) => {
    if (goesOn && !leg.released) collector.goOn(entry);
    else keyed();
  });
}

function noteSignOfLife({ served, time }: Leg, { name, header }: ChannelEvent): void {
  if (name !== 'CHANNEL_ANSWER' && name !== 'SESSION_HEARTBEAT') return;
  const heardAtMs = sentAtMs(header) ?? time.nowMs();
  served?.listener.onSignOfLife({ answeredAtMs: answeredAtMs(header), heardAtMs });
}

/** Events are JSON, with the display name as the caller sent it; that of the channel's data can be ambiguous (wire/percent.ts). */
function noteCallerName(leg: Leg, event: ChannelEvent): void {
  const callerName = callerNameOf(event.header);
  // A replacement character stands for bytes that are no UTF-8: those of the channel's data were kept.
  if (callerName === '' || callerName.includes('\uFFFD') || callerName === leg.callerName) return;
  leg.callerName = callerName;
  tell(leg, { type: 'caller-named', callerName });
}

function onDisconnect(leg: Leg, why: Disconnect): void {
  if (leg.released) return;
  const { channel, options, time } = leg;
  if (why.kind === 'failed') options.log.problem(channel.callId, 'the connection to FreeSWITCH broke', why.detail);
  tell(leg, { type: 'connection-lost', atMs: time.nowMs() });
}
