import { channelData, connectPeer, event, type Peer } from '../freeswitch/outbound/peer.ts';
import { eventually } from '../support/controller.ts';

/** How a call arrives, by which attempt of the dialplan, and what becomes of it if it is placed. */
export type Life = { arrival: (typeof arrivals)[number]; attempt: '1' | '2'; fate: (typeof fates)[number] };

export const arrivals = ['account', 'emergency', 'silent'] as const;
export const fates = ['called-party-ends', 'lost-in-conversation', 'caller-ends', 'lost'] as const;

type Step = (arrived: Arrived) => Promise<void>;
const stepsOf: Record<Life['fate'], readonly Step[]> = {
  'called-party-ends': [answer, calleeEnds, callerEnds],
  'lost-in-conversation': [answer, cut],
  'caller-ends': [callerEnds],
  lost: [cut],
};

/** A call to the far end, as FreeSWITCH knows it; `billableMs`: null as long as it has not told. */
export type Placed = { legId: string; isEmergency: boolean; answered: boolean; billableMs: number | null };

type Arrived = {
  readonly peer: Peer;
  readonly callId: string;
  readonly conversations: () => number;
  placed: Placed | null;
  /** The controller lets it go, or will have nothing of it. */
  letGo: boolean;
  /** It ends from here: what comes of it is its end. */
  ending: boolean;
  cut: boolean;
};

/** A connection that brings a call, and goes through its life step by step. */
export type IdPeer = {
  /** `patiently`: goes on when the controller has said what becomes of it. */
  step(patiently: boolean): Promise<void>;
  isOver(): boolean;
  /** What it placed, unless that was taken from it. */
  placed(): Placed | null;
  /** It has a record of a call that is not among the placed: one cut before it heard of it, an emergency call taken away. */
  mayHaveMore(): boolean;
};

const conversationMs = 1_500;
const entries = ['123', '45**8016424655'];

/** `conversations`: how many the controller has seen begin so far. */
export function idPeer(
  port: number,
  callId: string,
  { arrival, attempt, fate }: Life,
  conversations: () => number,
): IdPeer {
  const peer = connectPeer(port);
  const arrived: Arrived = { peer, callId, conversations, placed: null, letGo: false, ending: false, cut: false };
  const steps: Step[] = [arrive, ...stepsOf[fate]];
  followWhatIsSent(arrived, arrival);

  async function arrive(): Promise<void> {
    await peer.until('connect\n\n');
    const entry =
      arrival === 'emergency'
        ? { variable_billing_entry: 'direct', variable_billing_dialled: '911' }
        : { variable_billing_entry: 'shortcut' };
    peer.send(channelData(callId, { ...entry, variable_billing_attempt: attempt }));
  }

  return {
    async step(patiently) {
      await steps.shift()?.(arrived);
      if (patiently && !arrived.ending) await decided(arrived, arrival === 'silent');
    },
    isOver: () => steps.length === 0,
    placed: () => (arrived.letGo ? null : arrived.placed),
    mayHaveMore: () => (arrived.letGo ? arrived.placed?.isEmergency === true : arrived.cut && arrived.placed === null),
  };
}

/** Keys the entries one after the other as they are asked for, and sees what becomes of the call. */
function followWhatIsSent(arrived: Arrived, arrival: Life['arrival']): void {
  const { peer, callId } = arrived;
  const isEmergency = arrival === 'emergency';
  let asked = 0;
  peer.socket.on('data', () => {
    const received = peer.received();
    const stages = [...received.matchAll(/play_and_get_digits\n(?:.*\n)*?Event-UUID: (\S+)/g)];
    for (const [, stage = ''] of stages.slice(asked)) {
      const digits = arrival === 'account' ? entries[asked] : undefined;
      asked += 1;
      if (digits !== undefined) peer.send(keyed(callId, stage, digits, asked === entries.length ? '#' : ''));
    }
    const legId = /origination_uuid=([0-9a-f-]{36})/.exec(received)?.[1];
    if (legId !== undefined) arrived.placed ??= { legId, isEmergency, answered: false, billableMs: null };
    if (/\nexit\n\n|CALL_REJECTED|billing_farewell/.test(received)) arrived.letGo ||= !arrived.ending;
  });
  peer.socket.on('close', () => (arrived.letGo ||= !arrived.ending));
}

const keyed = (callId: string, stage: string, digits: string, terminator: string): string =>
  event(callId, 'CHANNEL_EXECUTE_COMPLETE', {
    ...{ Application: 'play_and_get_digits', 'Application-UUID': stage, 'Answer-State': 'answered' },
    ...{ variable_billing_keyed: digits, variable_read_terminator_used: terminator },
  });

/** It is placed, or let go, or asked for what nobody keys. */
async function decided({ peer }: Arrived, isSilent: boolean): Promise<void> {
  const signs = isSilent ? /exit\n\n|play_and_get_digits/ : /exit\n\n|origination_uuid|billing_farewell/;
  await eventually(() => Promise.resolve(signs.test(peer.received()) || peer.socket.closed ? true : null));
}

async function answer(arrived: Arrived): Promise<void> {
  const { peer, callId, placed, conversations } = arrived;
  if (placed === null || arrived.letGo) return;
  const before = conversations();
  const at = String(Date.now() * 1000);
  peer.send(
    event(placed.legId, 'CHANNEL_ANSWER', { 'Caller-Channel-Answered-Time': at, 'Other-Leg-Unique-ID': callId }),
  );
  // It may be taken away at this very moment.
  await eventually(() => Promise.resolve(arrived.letGo || conversations() > before ? true : null));
  placed.answered = !arrived.letGo;
}

function calleeEnds(arrived: Arrived): Promise<void> {
  const { peer, placed, letGo } = arrived;
  if (placed === null || letGo || !placed.answered) return Promise.resolve();
  const endedAtMs = Date.now();
  placed.billableMs = conversationMs;
  peer.send(
    event(placed.legId, 'CHANNEL_HANGUP_COMPLETE', {
      'Hangup-Cause': 'NORMAL_CLEARING',
      variable_answer_uepoch: String((endedAtMs - conversationMs) * 1000),
      variable_end_uepoch: String(endedAtMs * 1000),
      variable_billusec: String(conversationMs * 1000),
    }),
  );
  return Promise.resolve();
}

async function callerEnds(arrived: Arrived): Promise<void> {
  const { peer, callId, placed } = arrived;
  arrived.ending = true;
  peer.send(
    event(callId, 'CHANNEL_HANGUP_COMPLETE', {
      'Hangup-Cause': placed?.answered === true ? 'NORMAL_CLEARING' : 'ORIGINATOR_CANCEL',
    }),
  );
  if (!arrived.letGo) await Promise.race([peer.until('exit\n\n').catch(() => undefined), peer.closed]);
  peer.socket.end();
  await peer.closed;
}

async function cut(arrived: Arrived): Promise<void> {
  arrived.ending = true;
  arrived.cut = true;
  arrived.peer.socket.destroy();
  await arrived.peer.closed;
}
