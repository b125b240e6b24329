import { beforeAll, describe, expect, it } from '@jest/globals';
import { createSimulator } from '../../src/simulator/freeswitch.ts';
import type { CallScript } from '../../src/simulator/script.ts';
import { readRecording, recordingNames } from '../recordings/recording.ts';
import { nextMessage, startBareController } from './scripted-controller.ts';
import type { WireMessage } from './scripted-controller.ts';

// Holds the simulator against recorded calls of FreeSWITCH 1.10.12: a bare controller says what was said in the recording,
// when it was said, and everything that comes back must be what FreeSWITCH sent: the same messages in the same order, each
// with the same headers in the same order. What differs on purpose:
//   - values such as times, ids, addresses, tags and media counters are the simulator's own; `telling` lists those compared;
//   - `linger 10` is `linger 1` here, and silences and conversations are shorter, to keep the tests quick;
//   - of the recordings that were cut off before the socket's end, only the part that was recorded is compared.

const everything = '12345**8016424655#';
const keyed = { keys: [{ digits: everything, afterMs: 260 }], keyIntervalMs: 5 };
const carrier = 'FreeSWITCH-test';

/** What caller and far end did in each recording. */
const scripts: Record<string, Pick<CallScript, 'keys' | 'keyIntervalMs' | 'farEnd' | 'noticeFirst'>> = {
  'answered-caller-hangs-up': {
    ...keyed,
    farEnd: { kind: 'answers', afterMs: 200, talkMs: 300, hangsUp: 'caller' },
  },
  'answered-callee-hangs-up': {
    ...keyed,
    farEnd: { kind: 'answers', afterMs: 0, talkMs: 300, hangsUp: 'callee', userAgent: carrier },
  },
  busy: { ...keyed, farEnd: { kind: 'refuses', status: 486 } },
  'no-answer': { ...keyed, farEnd: { kind: 'rings', userAgent: carrier } },
  'early-media-never-answered': {
    ...keyed,
    farEnd: { kind: 'early-media', lastsMs: 300, hangsUp: 'caller', userAgent: carrier },
  },
  'caller-hangs-up-while-ringing': {
    ...keyed,
    farEnd: { kind: 'rings', callerGivesUpAfterMs: 200, userAgent: carrier },
  },
  'caller-hangs-up-while-keying': { keys: [{ digits: '123', afterMs: 260, thenHangUp: true }], keyIntervalMs: 5 },
  // The caller fell silent for ten seconds, and then hung up.
  'no-digits-at-all': { keys: [{ digits: '', afterMs: 300, thenHangUp: true }], noticeFirst: true },
  'gateway-down': { ...keyed, farEnd: { kind: 'gateway-down' } },
};

/** Values that a controller decides by; `A` and `B` stand for the ids of the caller's and the callee's leg. */
const telling = [
  ...[
    'Unique-ID',
    'Other-Leg-Unique-ID',
    'Bridge-A-Unique-ID',
    'Bridge-B-Unique-ID',
    'Channel-Call-UUID',
    'Other-Type',
  ],
  ...['Answer-State', 'Channel-State', 'Channel-State-Number', 'Channel-Call-State', 'Call-Direction', 'Hangup-Cause'],
  ...[
    'Application',
    'Application-Data',
    'Application-Response',
    'Application-UUID',
    'DTMF-Digit',
    'Caller-Callee-ID-Name',
  ],
  ...['Event-Calling-File', 'Event-Calling-Function', 'Event-Calling-Line-Number', 'Content-Disposition', 'Reply-Text'],
  ...['variable_bc_digits', 'variable_read_result', 'variable_read_terminator_used', 'variable_digits_dialed'],
  ...['variable_originate_disposition', 'variable_originate_failed_cause', 'variable_DIALSTATUS', 'variable_last_app'],
  ...[
    'variable_last_bridge_hangup_cause',
    'variable_bridge_hangup_cause',
    'variable_hangup_cause',
    'variable_signal_bond',
  ],
  ...['variable_hangup_cause_q850', 'variable_sip_hangup_disposition', 'variable_proto_specific_hangup_cause'],
  ...[
    'variable_endpoint_disposition',
    'variable_last_bridge_role',
    'variable_current_application',
    'variable_call_uuid',
  ],
  ...[
    'variable_originate_causes',
    'variable_originating_leg_uuid',
    'variable_origination_uuid',
    'variable_playback_ms',
  ],
];

type Comparable = { kind: string; names: string[]; values: Record<string, string> };

/** The message with ids made comparable; `socket`'s own id and its address are known to FreeSWITCH alone. */
function comparable(message: WireMessage, callerId: string, calleeId: string): Comparable {
  const values: Record<string, string> = {};
  for (const name of telling) {
    const value = message.values[name];
    if (value === undefined) continue;
    const ownOfSocket = message.values['Application'] === 'socket' && /^Application-(Data|UUID)$/.test(name);
    values[name] = ownOfSocket
      ? 'own'
      : value.replaceAll(callerId, 'A').replaceAll(calleeId, 'B').replace('linger 10 ', 'linger 1 ');
  }
  return { kind: message.kind, names: message.names, values };
}

/** Plays the controller of one recording against the simulator; both sides' messages, the simulator's cut to the recorded part. */
async function replay(name: string): Promise<{ recorded: Comparable[]; simulated: Comparable[] }> {
  const own = await startBareController();
  const simulator = createSimulator({ controllers: own.address });
  try {
    const recording = readRecording(name).filter(({ dir }) => dir !== 'close');
    const recordedId = /^Unique-ID: (\S+)$/m.exec(recording[1]?.text ?? '')?.[1] ?? '';
    const calleeId = /origination_uuid=([0-9a-f-]+)/.exec(recording.map(({ text }) => text).join(''))?.[1] ?? 'none';
    const call = simulator.placeCall({
      ...{ dialled: '9000', callerNumber: 'sipp', sipHeaders: { 'X-Test-Header': 'hello-from-sipp' } },
      // The recorded dialplan set nothing; it went straight to the socket.
      variables: {
        ...{ billing_entry: '', billing_extension: '', billing_dialled: '' },
        ...{ continue_on_fail: '', hangup_after_bridge: '' },
        ...{ default_language: '', billing_unclaimed: '', billing_attempt: '', sensitive_dtmf: '' },
        ...{ 'nolocal:api_on_answer_talked': '', 'nolocal:api_on_media_keys': '', billing_emergency_numbers: '' },
        ...{ 'nolocal:outbound_redirect_info': '', billing_media_timeout_seconds: '' },
      },
      ...scripts[name],
    });
    const peer = await own.accept();
    const recorded: Comparable[] = [];
    const simulated: Comparable[] = [];
    for (const { dir, text } of recording) {
      if (dir === 'controller>freeswitch') {
        peer.send(text.replaceAll(recordedId, call.callId).replace('linger 10', 'linger 1'));
        continue;
      }
      const message = nextMessage(text)?.message;
      if (message === undefined) throw new Error(`${name}: an incomplete message was recorded`);
      recorded.push(comparable(message, recordedId, calleeId));
      simulated.push(comparable(await peer.next(), call.callId, calleeId));
    }
    return { recorded, simulated };
  } finally {
    simulator.close();
    await own.dispose();
  }
}

describe('the simulator behaves as FreeSWITCH was recorded', () => {
  const replays = new Map<string, ReturnType<typeof replay>>();
  beforeAll(async () => {
    // All at once: most of the time is the caller's and the far end's.
    for (const name of Object.keys(scripts)) replays.set(name, replay(name));
    await Promise.allSettled(replays.values());
  });

  it('has a script for every recording', () => {
    expect(Object.keys(scripts).sort()).toEqual(recordingNames);
  });

  it.each(Object.keys(scripts))('%s', async (name) => {
    const { recorded, simulated } = await (replays.get(name) ?? replay(name));
    expect(simulated.map(({ kind }) => kind)).toEqual(recorded.map(({ kind }) => kind));
    recorded.forEach((message, index) => {
      const where = `message ${index}: ${message.kind} ${message.values['Application'] ?? ''}`;
      expect([where, ...(simulated[index]?.names ?? [])]).toEqual([where, ...message.names]);
      expect([where, simulated[index]?.values]).toEqual([where, message.values]);
    });
  });
});
