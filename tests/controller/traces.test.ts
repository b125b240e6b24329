import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { trace, type Attributes, type Span, type TracerProvider } from '@opentelemetry/api';
import { createSimulator } from '../../src/simulator/freeswitch.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';

type Recorded = { name: string; attributes: Attributes; ended: boolean; parent: string | null };

/** What an SDK is to the API: it keeps each span. */
function recordingProvider(spans: Recorded[]): TracerProvider {
  const spanContext = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
  const start = (name: string, attributes: Attributes = {}, parent: Recorded | null = null): Span => {
    const recorded: Recorded = { name, attributes: { ...attributes }, ended: false, parent: parent?.name ?? null };
    spans.push(recorded);
    return Object.assign(trace.wrapSpanContext(spanContext), {
      recorded,
      setAttributes: (more: Attributes) => Object.assign(recorded.attributes, more),
      end: () => void (recorded.ended = true),
    });
  };
  return {
    getTracer: () => ({
      startSpan: (name, options, context) => {
        const parent = context === undefined ? undefined : trace.getSpan(context);
        return start(name, options?.attributes, (parent as { recorded?: Recorded } | undefined)?.recorded ?? null);
      },
      startActiveSpan: () => {
        throw new Error('not used');
      },
    }),
  };
}

const spans: Recorded[] = [];
beforeAll(() => void trace.setGlobalTracerProvider(recordingProvider(spans)));
afterAll(() => trace.disable());

async function oneCall(flags: Record<string, string>): Promise<void> {
  const controller: TestController = await startTestController(flags);
  const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
  try {
    await controller.store.addAccount(account('12345'));
    const talk = { kind: 'answers', afterMs: 10, talkMs: 50, hangsUp: 'caller' } as const;
    await simulator.placeCall({ dialled: '9', keys: ['12345**8016424655#'], farEnd: talk }).finished;
    await eventually(() => Promise.resolve(controller.liveCalls() === 0 ? true : null));
  } finally {
    simulator.close();
    await controller.dispose();
  }
}

describe('traces', () => {
  it('are not made unless they are asked for', async () => {
    await oneCall({});
    expect(spans).toEqual([]);
  });

  it('have a span for the call and one for each state, all ended, and nothing that was keyed', async () => {
    await oneCall({ 'traces.enabled': 'true' });
    const [call, ...states] = spans;
    expect(call).toMatchObject({
      name: 'call',
      parent: null,
      attributes: { 'billing.outcome': 'answered', 'billing.entry': 'shortcut' },
    });
    expect(states.map(({ parent }) => parent)).toEqual(states.map(() => 'call'));
    expect(states.length).toBeGreaterThan(2);
    expect(spans.filter(({ ended }) => !ended)).toEqual([]);
    expect(JSON.stringify(spans)).not.toMatch(/12345|8016424655/);
  });
});
