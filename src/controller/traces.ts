import { context, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { Config } from '../config/schema.ts';
import { programVersion } from '../config/version.ts';
import type { CallRecord } from '../words/call-record.ts';

/** A span for each call, and within it one for each state that the call was in. Nothing that callers key or choose is in them. */
export type CallTraces = {
  step: (callId: string, state: string) => void;
  /** Its record is closed, and says how it went. */
  ended: (record: CallRecord) => void;
  /** There is no more to come of it. */
  over: (callId: string) => void;
};

type Traced = { call: Span; state: Span };

/**
 * Null: nobody asked for traces (`traces.enabled`). Spans go to the OpenTelemetry SDK that was loaded before the program; without one
 * the API drops them.
 */
export function startTraces({ traces, controller }: Config): CallTraces | null {
  if (!traces.enabled) return null;
  const tracer = trace.getTracer('billing-codes', programVersion());
  const live = new Map<string, Traced>();

  const begin = (callId: string): Span =>
    tracer.startSpan('call', {
      kind: SpanKind.SERVER,
      root: true,
      attributes: { 'billing.call_id': callId, 'billing.controller': controller.name },
    });

  function end(callId: string): void {
    const traced = live.get(callId);
    if (traced === undefined) return;
    live.delete(callId);
    traced.state.end();
    traced.call.end();
  }

  return sparingCalls({
    step(callId, state) {
      const before = live.get(callId);
      before?.state.end();
      const call = before?.call ?? begin(callId);
      live.set(callId, { call, state: tracer.startSpan(state, {}, trace.setSpan(context.active(), call)) });
    },
    ended(record) {
      const traced = live.get(record.callId);
      if (traced === undefined) return;
      traced.call.setAttributes(attributesOf(record));
      // Of a call that could not be served; that somebody is busy, or may not call, is no error of ours.
      if (record.outcome === 'failed') traced.call.setStatus({ code: SpanStatusCode.ERROR });
    },
    over: end,
  });
}

/** An SDK is somebody else's program: what it throws costs a span, and no call. */
function sparingCalls(traces: CallTraces): CallTraces {
  const sparing =
    <Given extends unknown[]>(work: (...given: Given) => void) =>
    (...given: Given): void => {
      try {
        work(...given);
      } catch {
        // The span is lost.
      }
    };
  return { step: sparing(traces.step), ended: sparing(traces.ended), over: sparing(traces.over) };
}

function attributesOf(record: CallRecord): Record<string, string | number | boolean> {
  const { entry, outcome, reason, callType, gateway, hangupCause, billableMs, estimated } = record;
  const given = {
    ...{ 'billing.entry': entry, 'billing.outcome': outcome, 'billing.reason': reason, 'billing.call_type': callType },
    ...{
      'billing.gateway': gateway,
      'billing.hangup_cause': hangupCause,
      'billing.billable_ms': billableMs,
      'billing.estimated': estimated,
    },
  };
  return Object.fromEntries(
    Object.entries(given).filter((one): one is [string, string | number | boolean] => one[1] !== null),
  );
}
