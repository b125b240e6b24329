/** Who ends a conversation; nobody: the called side is gone, and FreeSWITCH ends it with MEDIA_TIMEOUT. */
export type HangsUp = 'caller' | 'callee' | 'nobody';

/** How the called side behaves, counted from the INVITE. */
export type FarEnd = (
  | {
      kind: 'answers';
      /** Rings first (180) where it is above 0, unless `earlyMedia`. */
      afterMs: number;
      /** From the answer to the hangup. Infinity: somebody else ends the call. */
      talkMs: number;
      hangsUp: HangsUp;
      /** Bridges with 183 and media at once, and answers later. */
      earlyMedia?: boolean;
    }
  /** Refuses with a SIP answer: 486 busy, 404 unallocated, 503 congestion, 603 declined, 302 redirected elsewhere. */
  | { kind: 'refuses'; status: number; afterMs?: number }
  /** Rings until `originate_timeout`, or until the caller gives up. */
  | { kind: 'rings'; callerGivesUpAfterMs?: number }
  /**
   * 183 with media (an announcement, say), bridged, never answered. The callee ends it with a SIP answer, 480 by default. `lastsMs`
   * Infinity: it goes on until somebody else ends it; `originate_timeout` does not.
   */
  | { kind: 'early-media'; lastsMs: number; hangsUp: 'caller' | 'callee'; status?: number }
  /** There is no such gateway, or it is down: the bridge fails without a leg. */
  | { kind: 'gateway-down'; cause?: 'INVALID_GATEWAY' | 'GATEWAY_DOWN' }
) & {
  /** `User-Agent` of the far end; with one, it also shows its own number as its name, as another FreeSWITCH does. */
  userAgent?: string;
  /**
   * When the callee's CHANNEL_HANGUP_COMPLETE comes after the caller has hung up: right after its CHANNEL_HANGUP,
   * before the caller's, or after it. All occur: the two legs end in threads of their own. Default: `at-once` after a
   * conversation, `before-callers` where nobody had answered. The same where FreeSWITCH ends a conversation by the callee's leg
   * (`sched_hangup`; default `at-once`), and, for `after-callers`, where the far end refuses: the bridge's end comes first.
   */
  calleeCompletes?: 'at-once' | 'before-callers' | 'after-callers';
};

/** Words for the command line and the demo. */
export const farEndNames = [
  'answered',
  'busy',
  'no-answer',
  'early-media',
  'unallocated',
  'congestion',
  'rejected',
  'gateway-down',
] as const;
export type FarEndName = (typeof farEndNames)[number];

export function isFarEndName(text: string): text is FarEndName {
  return (farEndNames as readonly string[]).includes(text);
}

/** `talkMs` counts where somebody answers, or media plays. */
export function farEndNamed(name: FarEndName, talkMs: number): FarEnd {
  switch (name) {
    case 'answered':
      return { kind: 'answers', afterMs: 1000, talkMs, hangsUp: 'callee' };
    case 'busy':
      return { kind: 'refuses', status: 486 };
    case 'no-answer':
      return { kind: 'rings' };
    case 'early-media':
      return { kind: 'early-media', lastsMs: talkMs, hangsUp: 'callee' };
    case 'unallocated':
      return { kind: 'refuses', status: 404 };
    case 'congestion':
      return { kind: 'refuses', status: 503 };
    case 'rejected':
      return { kind: 'refuses', status: 603 };
    case 'gateway-down':
      return { kind: 'gateway-down' };
  }
}
