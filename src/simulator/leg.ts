import { variablesJson } from './variables.ts';
import type { Variables } from './variables.ts';

/** UTC microseconds; 0 where it has not happened. */
export type Times = {
  created: number;
  answered: number;
  progress: number;
  progressMedia: number;
  hangup: number;
  bridged: number;
};

/** One channel of the simulated FreeSWITCH. */
export type Leg = {
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  /** `sofia/external/…`. */
  readonly name: string;
  /** `Channel-Source` and the like never change; the caller's number, name and destination do not either. */
  readonly user: string;
  readonly callerName: string;
  readonly callerNumber: string;
  readonly destination: string;
  /** What the far end shows as its name and number, once known. */
  callee: { name: string; number: string } | null;
  state: string;
  stateNumber: number;
  callState: string;
  answerState: 'ringing' | 'early' | 'answered' | 'hangup';
  hangupCause: string | null;
  hasMedia: boolean;
  callUuid: string;
  readonly times: Times;
  readonly variables: Variables;
  /** `,"Other-Type":…`: the other leg as it was when this one came to know it. */
  otherLegJson: string;
  lastApp: { name: string; arg: string } | null;
  digitsDialed: string;
  /** `Caller-…` up to the callee's name, made once. */
  profileHead: string | null;
};

export function createLeg(
  facts: Pick<Leg, 'id' | 'direction' | 'name' | 'user' | 'callerName' | 'callerNumber' | 'destination'>,
  nowUs: number,
): Leg {
  const outbound = facts.direction === 'outbound';
  return {
    ...facts,
    callee: null,
    state: outbound ? 'CS_CONSUME_MEDIA' : 'CS_EXECUTE',
    stateNumber: outbound ? 7 : 4,
    callState: outbound ? 'DOWN' : 'RINGING',
    answerState: 'ringing',
    hangupCause: null,
    hasMedia: false,
    callUuid: facts.id,
    times: { created: nowUs, answered: 0, progress: 0, progressMedia: 0, hangup: 0, bridged: 0 },
    variables: new Map(),
    otherLegJson: '',
    lastApp: null,
    digitsDialed: '',
    profileHead: null,
  };
}

export function isUp(leg: Leg): boolean {
  return leg.hangupCause === null;
}

/** `,"name":"value"`. */
export function field(name: string, value: string | number): string {
  return `,"${name}":${typeof value === 'number' ? `"${value}"` : JSON.stringify(value)}`;
}

const codecJson = (['Read', 'Write'] as const)
  .map(
    (side) =>
      `,"Channel-${side}-Codec-Name":"PCMU","Channel-${side}-Codec-Rate":"8000","Channel-${side}-Codec-Bit-Rate":"64000"`,
  )
  .join('');

/** From `Channel-State` to the codecs. */
function basicsJson(leg: Leg): string {
  return (
    `,"Channel-State":"${leg.state}","Channel-Call-State":"${leg.callState}","Channel-State-Number":"${leg.stateNumber}"` +
    field('Channel-Name', leg.name) +
    `,"Unique-ID":"${leg.id}","Call-Direction":"${leg.direction}","Presence-Call-Direction":"${leg.direction}"` +
    `,"Channel-HIT-Dialplan":"${leg.direction === 'inbound' ? 'true' : 'false'}","Channel-Call-UUID":"${leg.callUuid}"` +
    `,"Answer-State":"${leg.answerState}"` +
    (leg.hangupCause === null ? '' : `,"Hangup-Cause":"${leg.hangupCause}"`) +
    (leg.hasMedia ? codecJson : '')
  );
}

function profileHead(leg: Leg, prefix: string, logicalDirection: string): string {
  return (
    field(`${prefix}-Direction`, leg.direction) +
    field(`${prefix}-Logical-Direction`, logicalDirection) +
    field(`${prefix}-Username`, leg.user) +
    field(`${prefix}-Dialplan`, 'XML') +
    field(`${prefix}-Caller-ID-Name`, leg.callerName) +
    field(`${prefix}-Caller-ID-Number`, leg.callerNumber) +
    field(`${prefix}-Orig-Caller-ID-Name`, leg.callerName) +
    field(`${prefix}-Orig-Caller-ID-Number`, leg.callerNumber)
  );
}

function profileTail(leg: Leg, prefix: string, times: Times, index: boolean): string {
  const { callee } = leg;
  const calleeJson =
    callee === null
      ? ''
      : field(`${prefix}-Callee-ID-Name`, callee.name) + field(`${prefix}-Callee-ID-Number`, callee.number);
  return (
    calleeJson +
    field(`${prefix}-Network-Addr`, '127.0.0.1') +
    field(`${prefix}-ANI`, leg.callerNumber) +
    field(`${prefix}-Destination-Number`, leg.destination) +
    field(`${prefix}-Unique-ID`, leg.id) +
    field(`${prefix}-Source`, 'mod_sofia') +
    field(`${prefix}-Context`, 'public') +
    field(`${prefix}-Channel-Name`, leg.name) +
    (index ? field(`${prefix}-Profile-Index`, 1) : '') +
    field(`${prefix}-Profile-Created-Time`, times.created) +
    field(`${prefix}-Channel-Created-Time`, times.created) +
    field(`${prefix}-Channel-Answered-Time`, times.answered) +
    field(`${prefix}-Channel-Progress-Time`, times.progress) +
    field(`${prefix}-Channel-Progress-Media-Time`, times.progressMedia) +
    field(`${prefix}-Channel-Hangup-Time`, times.hangup) +
    field(`${prefix}-Channel-Transfer-Time`, 0) +
    field(`${prefix}-Channel-Resurrect-Time`, 0) +
    field(`${prefix}-Channel-Bridged-Time`, times.bridged) +
    field(`${prefix}-Channel-Last-Hold`, 0) +
    field(`${prefix}-Channel-Hold-Accum`, 0) +
    field(`${prefix}-Screen-Bit`, 'true') +
    field(`${prefix}-Privacy-Hide-Name`, 'false') +
    field(`${prefix}-Privacy-Hide-Number`, 'false')
  );
}

export function profileJson(leg: Leg, prefix: 'Caller' | 'Channel'): string {
  if (prefix === 'Channel') return profileHead(leg, prefix, leg.direction) + profileTail(leg, prefix, leg.times, true);
  leg.profileHead ??= flat(profileHead(leg, prefix, leg.direction));
  return leg.profileHead + profileTail(leg, prefix, leg.times, true);
}

/** This leg as the other one shows it. FreeSWITCH clones the profile, so later times are not seen there. */
export function asOtherLeg(leg: Leg, type: 'originator' | 'originatee', times: Partial<Times>): string {
  const known = { created: 0, answered: 0, progress: 0, progressMedia: 0, hangup: 0, bridged: 0, ...times };
  const shown = type === 'originator' ? { ...leg, callee: null } : leg;
  return flat(
    field('Other-Type', type) +
      profileHead(shown, 'Other-Leg', 'inbound') +
      profileTail(shown, 'Other-Leg', known, false),
  );
}

/**
 * The same text in one piece. V8 keeps a string that was put together as a tree of its parts, several times as large,
 * until a character of it is asked for.
 */
function flat(text: string): string {
  return text.charCodeAt(0) === 0 ? '' : text;
}

/** What every event of a leg carries; DTMF events come without the variables. */
export function legJson(leg: Leg, withVariables: boolean): string {
  const head = basicsJson(leg) + profileJson(leg, 'Caller') + leg.otherLegJson;
  return withVariables ? head + variablesJson(leg.variables) : head;
}
