import type { EntryMode } from '../../words/entry-mode.ts';
import { outcomes, reasons, type Outcome, type Reason } from '../../words/outcome.ts';
import type { BridgeFailure, LegEnd } from '../../call/state.ts';
import type { Caller } from '../../call/ports.ts';
import { callTypes, type CallType } from '../../words/call-type.ts';
import type { Result } from '../../words/result.ts';
import { bridgeFailure } from '../bridge-failure.ts';
import { callerOf } from '../outbound/caller.ts';
import type { ChannelEvent } from '../outbound/channel.ts';
import type { ChannelHeaders, ChannelHeaderName, EventHeaderName } from '../wire/headers.ts';
import { momentMs } from '../figures.ts';
import { legEndOf } from '../leg-end.ts';

/** What FreeSWITCH's own CDR says of one leg of a call. Times are UTC milliseconds. */
export type CdrLeg = {
  legId: string;
  /** The caller's leg's id; for a callee's leg, that of the leg which placed it. */
  callId: string;
  side: 'caller' | 'callee';
  switchName: string;
  end: LegEnd;
  startedAtMs: number;
  /** When the two sides first heard each other; with early media, before anybody answered. Null: never. */
  bridgedAtMs: number | null;
  /** The leg that this one was last bridged with; null: none, or it is not said. */
  bridgedWith: string | null;
  /** How the caller's bridge went; null: there was none. */
  bridge: { failure: BridgeFailure | null } | null;
  /** Whether this side ended the leg, and not FreeSWITCH. */
  hungUpItself: boolean;
  /** What a controller, or the dialplan alone, said of the call; null: it is none of ours. */
  facts: CdrFacts | null;
};

/** Channel variables that a controller set (freeswitch/facts.ts) or, where none had the call, the dialplan. */
export type CdrFacts = {
  /** Empty: none had it. */
  controller: string;
  entry: EntryMode;
  extension: string;
  callerName: string;
  calleeLegId: string | null;
  accountId: number | null;
  departmentId: number | null;
  extensionId: number | null;
  keyedNumber: string;
  calledNumber: string | null;
  calledE164: string | null;
  gateway: string | null;
  callType: CallType | null;
  /** How the controller ended the call, where it did. */
  outcome: Outcome | null;
  reason: Reason | null;
};

export type CdrSource = {
  /** A channel variable. */
  variable: (name: string) => string | undefined;
  /** A field of the leg's profile, e.g. `caller_id_name`. */
  profile: (name: string) => string | undefined;
  switchName: string;
};

/** The leg, or in one line why it is none: ids are missing, or its figures cannot be. */
export function cdrLegOf({ variable, profile, switchName }: CdrSource): Result<CdrLeg> {
  const text = (name: string): string | null => variable(name) ?? null;
  const legId = idOf(text('uuid'));
  if (legId === null) return { ok: false, problem: 'its variables name no leg ("uuid")' };
  const side = variable('direction') === 'outbound' ? 'callee' : 'caller';
  // One that FreeSWITCH was told to originate has no other leg: like a caller's, it is a call by itself, and as a rule none of ours.
  const originator = side === 'caller' ? null : text('originating_leg_uuid');
  const callId = idOf(text('billing_call_id')) ?? (originator === null ? legId : idOf(originator));
  if (callId === null) return { ok: false, problem: 'the id of its call is none ("originating_leg_uuid")' };
  const header = (name: ChannelHeaderName | EventHeaderName): string | undefined => {
    if (name.startsWith('variable_')) return variable(name.slice('variable_'.length));
    if (name === 'Caller-Caller-ID-Name') return profile('caller_id_name');
    return name === 'Caller-Caller-ID-Number' ? profile('caller_id_number') : undefined;
  };
  const told = legEndOf(header, variable('start_uepoch'));
  if (told.kind === 'impossible') return { ok: false, problem: told.why };
  const { end } = told;
  const sipEnd = variable('sip_hangup_disposition') ?? '';
  const leg: CdrLeg = {
    legId,
    callId,
    side,
    switchName,
    end,
    startedAtMs: momentMs(variable('start_uepoch')) ?? end.answeredAtMs ?? end.endedAtMs,
    bridgedAtMs: momentMs(variable('bridge_uepoch')),
    bridgedWith: idOf(text('last_bridge_to')),
    bridge: side === 'caller' ? bridgeOf(variable('originate_disposition'), variable('bridge_hangup_cause')) : null,
    hungUpItself: sipEnd === 'recv_bye' || sipEnd === 'recv_cancel',
    facts: isOurs({ text, profile, side }) ? factsOf(text, header, callId) : null,
  };
  return { ok: true, value: leg };
}

/** A leg as its CHANNEL_HANGUP_COMPLETE tells it, with less than a CDR has; null: its figures cannot be. */
export function legOfEvent({ legId, header }: ChannelEvent, callId: string, side: CdrLeg['side']): CdrLeg | null {
  const told = legEndOf(header);
  if (told.kind === 'impossible') return null;
  return {
    legId,
    callId,
    side,
    switchName: header('FreeSWITCH-Switchname') ?? '',
    end: told.end,
    startedAtMs: 0,
    bridgedAtMs: null,
    bridgedWith: null,
    bridge:
      side === 'caller'
        ? bridgeOf(header('variable_originate_disposition'), header('variable_bridge_hangup_cause'))
        : null,
    hungUpItself: false,
    facts: null,
  };
}

/**
 * With early media a bridge succeeds before anybody answers. One that the caller then left has the callee's leg cancelled, which
 * FreeSWITCH tells the caller's (switch_ivr_bridge.c, audio_bridge_on_exchange_media and switch_ivr_multi_threaded_bridge).
 */
function bridgeOf(disposition: string | undefined, calleeCause: string | undefined): CdrLeg['bridge'] {
  if (disposition === undefined) return null;
  return { failure: bridgeFailure(disposition) ?? (calleeCause === cancelled ? bridgeFailure(cancelled) : null) };
}

const cancelled = 'ORIGINATOR_CANCEL';

type Signs = { text: (name: string) => string | null; profile: CdrSource['profile']; side: CdrLeg['side'] };

/**
 * A controller says so on both legs; the dialplan, on the caller's, when it looks for one (freeswitch-conf/dialplan/billing.xml). A caller
 * may be gone before it does: then that call has nothing of it but its context.
 */
function isOurs({ text, profile, side }: Signs): boolean {
  if (text('billing_call_id') !== null) return true;
  if (side === 'callee') return false;
  const isCancelled = text('sip_hangup_disposition') === 'recv_cancel';
  return text('billing_attempt') !== null || (isCancelled && profile('context') === dialplanContext);
}

const dialplanContext = 'billing';

function factsOf(text: (name: string) => string | null, header: ChannelHeaders, callId: string): CdrFacts {
  const caller = callerOf(callId, header);
  const outcome = text('billing_outcome');
  const reason = text('billing_reason');
  const callType = text('billing_call_type');
  return {
    controller: text('billing_controller') ?? '',
    entry: caller.entry,
    extension: caller.extension,
    callerName: caller.callerName,
    calleeLegId: idOf(text('billing_callee_leg_id')),
    accountId: rowId(text('billing_account_id')),
    departmentId: rowId(text('billing_department_id')),
    extensionId: rowId(text('billing_extension_id')),
    keyedNumber: text('billing_keyed_number') ?? dialledNumber(caller),
    calledNumber: filled(text('billing_called')),
    calledE164: filled(text('billing_called_e164')),
    gateway: filled(text('billing_gateway')),
    callType: callTypes.find((known) => known === callType) ?? null,
    outcome: outcomes.find((known) => known === outcome) ?? null,
    reason: reasons.find((known) => known === reason) ?? null,
  };
}

/** Where no controller took it up, what was dialled directly is all that is known; a code may be in what has more signs. */
const dialledNumber = ({ entry, dialled }: Caller): string =>
  entry === 'direct' && /^\+?\d{1,40}$/.test(dialled) ? dialled : '';

/** As in `connection.ts`: nothing that could be syntax in a command. */
const idOf = (text: string | null): string | null =>
  text !== null && /^[0-9A-Za-z_-]{1,80}$/.test(text) ? text : null;
/** A whole number of 32 bits, as ids are in both databases. */
const rowId = (text: string | null): number | null =>
  text !== null && /^\d{1,10}$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : null;
const filled = (text: string | null): string | null => (text === '' ? null : text);
