import type { CdrLeg } from '../../src/freeswitch/cdr/leg.ts';
import type { CallRecord } from '../../src/words/call-record.ts';
import { openRecord } from '../store/records.ts';

/** One call as its recorder sees it, and as FreeSWITCH's CDRs tell it afterwards. */
export type PlannedCall = {
  open: CallRecord;
  /** What the controller closes it with. */
  closed: CallRecord;
  /** Its CDRs; none for a call whose end was seen, and which is over by that. */
  cdrs: CdrLeg[];
};

export const facts = {
  ...{ controller: 'c1', entry: 'shortcut', extension: '201', callerName: 'Ann', calleeLegId: null, accountId: null },
  ...{ departmentId: null, extensionId: null, keyedNumber: '8016424655', calledNumber: '8016424655' },
  ...{ calledE164: '+18016424655', gateway: null, callType: 'national', outcome: null, reason: null },
} as const satisfies CdrLeg['facts'];

const at = 1_700_000_000_000;

function answered(callId: string, billableMs: number): PlannedCall {
  const calleeLegId = `${callId}-callee`;
  const open = openRecord(callId, {
    ...{ calleeLegId, calledNumber: '8016424655', calledE164: '+18016424655', callType: 'national' },
    ...{ startedAtMs: at, bridgedAtMs: at + 5_000 },
  });
  const end = { answeredAtMs: at + 8_000, endedAtMs: at + 8_000 + billableMs, billableMs };
  const leg = {
    ...{ callId, switchName: 'fs1', startedAtMs: at, bridgedAtMs: at + 8_000, bridgedWith: null, hungUpItself: true },
    facts: { ...facts, calleeLegId },
  };
  return {
    open,
    closed: {
      ...{ ...open, ...end, outcome: 'answered', hangupCause: 'NORMAL_CLEARING', closedBy: 'event' },
    },
    cdrs: [
      { ...leg, legId: calleeLegId, side: 'callee', bridge: null, end: { ...end, cause: 'NORMAL_CLEARING' } },
      { ...leg, legId: callId, side: 'caller', bridge: { failure: null }, end: { ...end, cause: 'NORMAL_CLEARING' } },
    ],
  };
}

/** A call whose end was seen, one whose end was guessed before its CDRs said better, and one that was refused. */
export function plannedCalls(): PlannedCall[] {
  const seen = answered('seen', 61_234);
  const guessed = answered('guessed', 125_001);
  const refused = answered('refused', 0);
  return [
    seen,
    {
      ...guessed,
      closed: {
        ...{ ...guessed.closed, billableMs: 1_000, endedAtMs: at + 9_000, reason: 'connection-lost' },
        ...{ estimated: true, closedBy: 'controller' },
      },
    },
    {
      ...refused,
      closed: {
        ...{ ...openRecord('refused'), outcome: 'refused', reason: 'code-unknown', hangupCause: 'CALL_REJECTED' },
        ...{ startedAtMs: at, decidedAtMs: at, endedAtMs: at + 9_000, closedBy: 'event' },
      },
      cdrs: refused.cdrs
        .filter(({ side }) => side === 'caller')
        .map((leg) => ({
          ...{ ...leg, bridge: null, bridgedAtMs: null },
          end: { cause: 'CALL_REJECTED', answeredAtMs: null, endedAtMs: at + 9_000, billableMs: 0 },
          facts: { ...facts, outcome: 'refused', reason: 'code-unknown' },
        })),
    },
  ];
}

/** What every call must be in the end, whatever died meanwhile. */
export const expected = {
  seen: { outcome: 'answered', billableMs: 61_234, estimated: false, hangupCause: 'NORMAL_CLEARING' },
  guessed: { outcome: 'answered', billableMs: 125_001, estimated: false, closedBy: 'json-cdr' },
  refused: { outcome: 'refused', reason: 'code-unknown', billableMs: 0, estimated: false },
} as const;
