import { randomUUID } from 'node:crypto';
import type { Call, Core } from './call.ts';
import { pump } from './executor.ts';
import { callerInvite, callerOffer, sdpSlots } from './headers.ts';
import { createLeg } from './leg.ts';
import type { Leg } from './leg.ts';
import { hangUp } from './running.ts';
import type { CallScript } from './script.ts';
import { applyTemplate, setVariable } from './variables.ts';

/** What the dialplan sets before it connects (freeswitch-conf/dialplan/billing.xml). */
function dialplanVariables(script: CallScript, callerNumber: string, callId: string): Record<string, string> {
  const { dialled } = script;
  const forCallee = {
    'nolocal:api_on_answer_talked': `uuid_setvar ${callId} billing_talked true`,
    'nolocal:api_on_media_keys': `uuid_setvar ${callId} sensitive_dtmf false`,
    'nolocal:outbound_redirect_info': 'refused',
    billing_media_timeout_seconds: '120',
  };
  const given = script.variables ?? {};
  const exported = Object.keys(forCallee).filter((name) => given[name] !== '');
  return {
    ...forCallee,
    default_language: 'en',
    billing_entry: dialled === '8' ? 'prompted' : dialled === '9' ? 'shortcut' : 'direct',
    billing_extension: callerNumber,
    billing_dialled: dialled,
    continue_on_fail: 'true',
    hangup_after_bridge: 'true',
    billing_unclaimed: callId,
    billing_attempt: '1',
    billing_emergency_numbers: '911|112',
    sensitive_dtmf: 'true',
    ...given,
    export_vars: [...exported, given['export_vars'] ?? ''].filter((name) => name !== '').join(','),
  };
}

/** Creates the caller's leg and its call, as the dialplan has them when it comes to `socket`. */
export function createCall(core: Core, script: CallScript, controllers: string, afterSocket: () => void): Call {
  const caller = createCaller(core, script);
  const call: Call = {
    ...{ core, script, caller, afterSocket, finish: null },
    ...{ connection: null, socketUuid: null, socketData: `${controllers} async full`, socketRuns: 0 },
    ...{ queue: [], stack: [], pumping: false, pump: () => pump(call) },
    ...{ dtmf: '', prompts: 0, keying: null, typing: 0, unasked: new Set<string>(), ackPending: false },
    ...{ beforeComplete: [], afterComplete: [], timers: new Set() },
    result: {
      ...{ callId: caller.id, calleeLegId: null, calledNumber: null },
      ...{ connected: false, served: false, answered: false, bridged: false },
      ...{
        billableMs: 0,
        hangupCause: 'NONE',
        calleeHangupCause: null,
        endedBy: null,
        heard: [],
        keyed: [],
        keyedWhileRinging: null,
      },
      ...{ startedAtMs: caller.times.created / 1000, endedAtMs: 0 },
    },
  };
  core.channels.set(caller.id, { leg: caller, call, kill: (cause) => hangUp(call, cause, 'switch') });
  core.events.fire(caller, 'CHANNEL_CREATE');
  return call;
}

function createCaller(core: Core, script: CallScript): Leg {
  const callerNumber = script.callerNumber ?? '201';
  const callerName = script.callerName ?? callerNumber;
  const now = core.clock.nowUs();
  const caller = createLeg(
    {
      id: randomUUID(),
      direction: 'inbound',
      name: `sofia/external/${callerNumber}@127.0.0.1:5070`,
      ...{ user: callerNumber, callerName, callerNumber, destination: script.dialled },
    },
    now,
  );
  const { variables } = caller;
  const slots = {
    ...sdpSlots,
    ...{ id: caller.id, session: `${core.sessions}`, user: callerNumber, display: callerName, channel: caller.name },
    ...{ dialled: script.dialled, created: `${now}` },
  };
  applyTemplate(variables, callerInvite, slots);
  for (const [header, value] of Object.entries(script.sipHeaders ?? {}))
    setVariable(variables, `sip_h_${header}`, value);
  applyTemplate(variables, callerOffer, slots);
  for (const [name, value] of Object.entries(dialplanVariables(script, callerNumber, caller.id)))
    setVariable(variables, name, value);
  return caller;
}
