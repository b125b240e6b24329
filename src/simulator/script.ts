import type { FarEnd } from './far-end.ts';

/** What the caller keys at one prompt. */
export type KeyStep =
  | string
  | {
      digits: string;
      /** From the start of the prompt. Default 0: the first key cuts the prompt short. */
      afterMs?: number;
      /** Hangs up after the last of these keys. */
      thenHangUp?: boolean;
    };

/** One simulated call: who calls, what is keyed, and what the far end does. */
export type CallScript = {
  /** What the phone dialled: `8`, `9`, or a number. */
  dialled: string;
  /** Extension of the calling phone. Default 201. */
  callerNumber?: string;
  /** Display name, as sent by the phone. Default: the number. */
  callerName?: string;
  /** Set by the dialplan before it connects, over what freeswitch-conf/dialplan sets; an empty value unsets. */
  variables?: Readonly<Record<string, string>>;
  /** The INVITE's `X-…` headers: each becomes `sip_h_…` on both legs. */
  sipHeaders?: Readonly<Record<string, string>>;
  /** The n-th entry is keyed when a prompt asks for digits for the n-th time; an empty one keys nothing. */
  keys?: readonly KeyStep[];
  /** Keyed where nobody asks for digits: while something is played, such as last words, and while the far end rings. */
  unasked?: { whilePlaying?: KeyStep; whileRinging?: KeyStep };
  /** Between two keys. Default: none. */
  keyIntervalMs?: number;
  /** When a prompt asks for digits and `keys` has no entry left. Default `wait`: the prompt times out. */
  outOfKeys?: 'wait' | 'hang-up';
  /** Hangs up this long after the call began, whatever happens. */
  hangUpAfterMs?: number;
  /** Default: answers after 20 ms, talks 100 ms, and the callee hangs up. */
  farEnd?: FarEnd | ((calledNumber: string) => FarEnd);
  /**
   * The socket's linger notice comes before the caller's CHANNEL_HANGUP_COMPLETE: it is sent by a thread of its own, which
   * sees the hangup when it next looks.
   */
  noticeFirst?: boolean;
  /** Hears about the call as it goes. */
  onDialogue?: (event: DialogueEvent) => void;
};

/** What a listener beside the phone would notice. `atMs` counts from the start of the call. */
export type DialogueEvent = { atMs: number } & (
  | { kind: 'dialled'; number: string }
  /** A file argument of FreeSWITCH, e.g. `phrase:billing_ask_code:first`. */
  | { kind: 'heard'; file: string }
  /** Digits that one prompt collected, with the terminator. */
  | { kind: 'keyed'; digits: string }
  | { kind: 'calling'; number: string }
  | { kind: 'ringing' }
  | { kind: 'answered' }
  /** Both sides hear each other; with early media, before anybody answered. */
  | { kind: 'bridged' }
  | { kind: 'not-connected'; cause: string }
  /** The connection to the controller is gone before the call is over. */
  | { kind: 'controller-gone' }
  | { kind: 'hung-up'; by: EndedBy; cause: string }
);

/** Plain `Omit` would merge the kinds into one. */
export type DialogueWithoutTime = DialogueEvent extends infer Event
  ? Event extends DialogueEvent
    ? Omit<Event, 'atMs'>
    : never
  : never;

/** `switch`: FreeSWITCH hung up by itself or on the controller's command. */
export type EndedBy = 'caller' | 'callee' | 'switch';

/** The truth about a call, to hold the controller's records against. */
export type CallResult = {
  /** Unique-ID of the caller's leg. */
  callId: string;
  /** Null where nothing was dialled. */
  calleeLegId: string | null;
  /** What went out in the dial string. */
  calledNumber: string | null;
  /** Whether any of the controllers accepted the connection. */
  connected: boolean;
  /** Whether it then took the call, by sending `connect`. */
  served: boolean;
  answered: boolean;
  bridged: boolean;
  /** Answered time of the callee's leg: FreeSWITCH's `billusec` in whole milliseconds. */
  billableMs: number;
  /** Of the caller's leg. */
  hangupCause: string;
  calleeHangupCause: string | null;
  endedBy: EndedBy;
  heard: readonly { atMs: number; file: string }[];
  /** Per prompt, with the terminator. */
  keyed: readonly string[];
  /** What was keyed of what the script has for that; null: it was not begun. */
  keyedWhileRinging: string | null;
  startedAtMs: number;
  endedAtMs: number;
};
