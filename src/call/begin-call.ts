import { balanceOf, type BeginCall, type InquirySettings } from './inquiry.ts';
import type { CallLimits, LimitedCall } from './ports.ts';

export type BeginCallOptions = {
  callId: string;
  limits: CallLimits;
  clock: { nowMs(): number };
  settings: Pick<InquirySettings, 'sayBalance'>;
  /** Whether the caller has gone meanwhile: then nothing is counted. */
  isOver: () => boolean;
};

/** Decides by the limits whether a call may begin, and counts it. */
export function beginCallWith({ callId, limits, clock, settings, isOver }: BeginCallOptions): BeginCall {
  return async (parties, number, cost) => {
    const asked = limits.askPrice({ parties, number });
    const costNow = (isNext: boolean): LimitedCall['cost'] => (asked ? cost(isNext) : { kind: 'free' });
    await limits.ready({ parties, number, cost: costNow(false) }, clock.nowMs());
    const nowMs = clock.nowMs();
    // Another call may have begun meanwhile.
    const call: LimitedCall = { parties, number, cost: costNow(limits.isNext(parties, nowMs)) };
    const balance = balanceOf(call, limits, settings, nowMs);
    return { limits: isOver() ? limits.look(call, nowMs) : limits.begin(callId, call, nowMs), balance };
  };
}
