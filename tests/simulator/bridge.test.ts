import { afterEach, describe, expect, it } from '@jest/globals';
import { causeOfSip } from '../../src/simulator/causes.ts';
import type { FarEnd } from '../../src/simulator/far-end.ts';
import { calleeId, dial, startBench } from './harness.ts';
import type { Bench, Served } from './harness.ts';

let bench: Bench;
afterEach(() => bench.dispose());

/** Names of the events of both legs until the caller's leg is over: `A:…` and `B:…`. */
async function story({ peer, call }: Served, until: (line: string) => boolean): Promise<string[]> {
  const lines: string[] = [];
  await peer.until(({ kind, values }) => {
    if (!kind.startsWith('CHANNEL_')) return false;
    const app = kind.startsWith('CHANNEL_EXECUTE') ? ` ${values['Application'] ?? ''}` : '';
    lines.push(`${values['Unique-ID'] === call.callId ? 'A' : 'B'} ${kind.replace('CHANNEL_', '')}${app}`);
    return until(lines.at(-1) ?? '');
  });
  return lines;
}

const over = (line: string): boolean => line === 'A HANGUP_COMPLETE';

describe('a conversation', () => {
  it.each<[FarEnd['calleeCompletes'], string[]]>([
    [
      'at-once',
      [
        'A HANGUP',
        'B HANGUP',
        'B HANGUP_COMPLETE',
        'A UNBRIDGE',
        'A EXECUTE_COMPLETE bridge',
        'A EXECUTE_COMPLETE socket',
      ],
    ],
    [
      'before-callers',
      [
        'A HANGUP',
        'B HANGUP',
        'A UNBRIDGE',
        'A EXECUTE_COMPLETE bridge',
        'A EXECUTE_COMPLETE socket',
        'B HANGUP_COMPLETE',
      ],
    ],
    ['after-callers', ['A HANGUP', 'B HANGUP', 'A UNBRIDGE', 'A EXECUTE_COMPLETE bridge', 'A EXECUTE_COMPLETE socket']],
  ])('that the caller ends: the callee completes %s', async (calleeCompletes = 'at-once', events) => {
    bench = await startBench();
    const served = await bench.take({
      farEnd: { kind: 'answers', afterMs: 1, talkMs: 5, hangsUp: 'caller', calleeCompletes },
    });
    served.execute({ app: 'answer' }, dial());
    await served.event('CHANNEL_BRIDGE');
    expect(await story(served, over)).toEqual([...events, 'A HANGUP_COMPLETE']);
    if (calleeCompletes === 'after-callers') await served.event('CHANNEL_HANGUP_COMPLETE', calleeId);
  });

  it('that the callee ends has the callee’s event first', async () => {
    bench = await startBench();
    const served = await bench.take({ farEnd: { kind: 'answers', afterMs: 1, talkMs: 5, hangsUp: 'callee' } });
    served.execute({ app: 'answer' }, dial());
    await served.event('CHANNEL_BRIDGE');
    expect(await story(served, over)).toEqual([
      ...['B HANGUP', 'B HANGUP_COMPLETE', 'A UNBRIDGE', 'A HANGUP', 'A EXECUTE_COMPLETE bridge'],
      ...['A EXECUTE_COMPLETE socket', 'A HANGUP_COMPLETE'],
    ]);
    await expect(served.call.finished).resolves.toMatchObject({ endedBy: 'callee', answered: true, bridged: true });
  });

  it('is counted by the callee’s leg, to the millisecond', async () => {
    bench = await startBench();
    const { execute, event, call } = await bench.take({
      farEnd: { kind: 'answers', afterMs: 1, talkMs: 123, hangsUp: 'caller' },
    });
    execute({ app: 'answer' }, dial());
    const { values } = await event('CHANNEL_HANGUP_COMPLETE', calleeId);
    const { billableMs } = await call.finished;
    expect(billableMs).toBe(Math.floor(Number(values['variable_billusec']) / 1000));
    expect(billableMs).toBeGreaterThanOrEqual(122);
    const [answer, end] = [Number(values['variable_answer_uepoch']), Number(values['variable_end_uepoch'])];
    expect(values['variable_billusec']).toBe(String(end - answer));
    expect(values['variable_billmsec']).toBe(String(Math.floor(end / 1000) - Math.floor(answer / 1000)));
    expect(values['variable_billsec']).toBe(String(Math.floor(end / 1e6) - Math.floor(answer / 1e6)));
  });

  it('leaves the caller to the controller if hangup_after_bridge is not set', async () => {
    bench = await startBench();
    const { execute, done, call } = await bench.take({ variables: { hangup_after_bridge: '' } });
    execute({ app: 'answer' }, dial());
    expect((await done('bridge')).values['Answer-State']).toBe('answered');
    execute({ app: 'hangup' });
    await expect(call.finished).resolves.toMatchObject({ endedBy: 'callee', hangupCause: 'NORMAL_CLEARING' });
  });

  it('ends when its time is up', async () => {
    bench = await startBench();
    const { execute, call } = await bench.take({
      farEnd: { kind: 'answers', afterMs: 1, talkMs: Infinity, hangsUp: 'callee' },
    });
    execute({ app: 'answer' }, dial(",execute_on_answer='sched_hangup +1 ALLOTTED_TIMEOUT'"));
    await expect(call.finished).resolves.toMatchObject({
      ...{ calleeHangupCause: 'ALLOTTED_TIMEOUT', hangupCause: 'ALLOTTED_TIMEOUT', endedBy: 'switch', answered: true },
    });
  });

  it.each([
    ['at-once', ['B HANGUP_COMPLETE', 'A UNBRIDGE', 'A EXECUTE_COMPLETE bridge', 'A HANGUP_COMPLETE']],
    ['before-callers', ['A UNBRIDGE', 'A EXECUTE_COMPLETE bridge', 'B HANGUP_COMPLETE', 'A HANGUP_COMPLETE']],
    ['after-callers', ['A UNBRIDGE', 'A EXECUTE_COMPLETE bridge', 'A HANGUP_COMPLETE', 'B HANGUP_COMPLETE']],
  ] as const)('ends by sched_hangup with the callee’s leg complete %s', async (calleeCompletes, order) => {
    bench = await startBench();
    const served = await bench.take({
      farEnd: { kind: 'answers', afterMs: 1, talkMs: Infinity, hangsUp: 'callee', calleeCompletes },
    });
    served.execute({ app: 'answer' }, dial(",execute_on_answer='sched_hangup +1'"));
    await served.event('CHANNEL_BRIDGE');
    const lines = await story(served, (line) => line === order.at(-1));
    expect(lines.filter((line) => (order as readonly string[]).includes(line))).toEqual(order);
  });

  it('reports the applications that run on the answer', async () => {
    bench = await startBench();
    const { execute, peer } = await bench.take({
      variables: { execute_on_answer_heartbeat: 'enable_heartbeat 20', export_vars: 'execute_on_answer_heartbeat' },
    });
    execute({ app: 'answer' }, dial(",execute_on_answer='sched_hangup +60 ALLOTTED_TIMEOUT'"));
    const told: string[] = [];
    while (!told.includes('bridge')) {
      const { values } = await peer.until(({ kind }) => kind === 'CHANNEL_EXECUTE_COMPLETE');
      told.push(values['Application'] ?? '');
    }
    expect(told).toEqual(['enable_heartbeat', 'answer', 'enable_heartbeat', 'sched_hangup', 'bridge']);
  });

  it('tells that both legs are up, as often as the dialplan says, without a word of it', async () => {
    bench = await startBench();
    const { execute, peer } = await bench.take({
      farEnd: { kind: 'answers', afterMs: 1, talkMs: 1500, hangsUp: 'callee' },
      variables: { enable_heartbeat_events: '1', export_vars: 'enable_heartbeat_events' },
    });
    execute({ app: 'answer' }, dial(`,api_on_answer_1='sched_del ${calleeId}'`));
    const beats: string[] = [];
    const applications: string[] = [];
    for (;;) {
      const { kind, values } = await peer.until(() => true);
      if (kind === 'SESSION_HEARTBEAT') beats.push(values['Unique-ID'] === calleeId ? 'callee' : 'caller');
      if (kind === 'CHANNEL_EXECUTE_COMPLETE') applications.push(values['Application'] ?? '');
      if (applications.includes('bridge')) break;
    }
    expect(beats.sort()).toEqual(['callee', 'caller']);
    expect(applications).toEqual(['answer', 'bridge']);
  });

  it('can begin with media before the answer', async () => {
    bench = await startBench();
    const served = await bench.take({
      farEnd: { kind: 'answers', afterMs: 1_000, talkMs: 30, hangsUp: 'callee', earlyMedia: true },
    });
    served.execute({ app: 'answer' }, dial());
    await served.event('CHANNEL_ANSWER');
    const lines = await story(served, over);
    expect(lines.filter((line) => /BRIDGE|ANSWER/.test(line))).toEqual(['A BRIDGE', 'B ANSWER', 'A UNBRIDGE']);
    const { billableMs } = await served.call.finished;
    expect(billableMs).toBeGreaterThanOrEqual(29);
    expect(billableMs).toBeLessThan(1_000);
  });

  it('that both sides have left ends after its media time-out', async () => {
    bench = await startBench();
    const { execute, event, call } = await bench.take({
      farEnd: { kind: 'answers', afterMs: 1, talkMs: 5, hangsUp: 'nobody' },
      variables: { billing_media_timeout_seconds: '1' },
    });
    execute({ app: 'answer' }, dial());
    const { values } = await event('CHANNEL_HANGUP_COMPLETE', calleeId);
    expect(values).toMatchObject({ 'Hangup-Cause': 'MEDIA_TIMEOUT', variable_billing_media_timeout_seconds: '1' });
    const { billableMs } = await call.finished;
    expect(billableMs).toBeGreaterThanOrEqual(1004);
  });

  it('answers a caller who was not answered yet', async () => {
    bench = await startBench();
    const served = await bench.take({ dialled: '18016424655' });
    served.execute(dial());
    const lines = await story(served, over);
    expect(lines.filter((line) => line.endsWith('ANSWER'))).toEqual(['B ANSWER', 'A ANSWER']);
  });
});

/** What the controller sends, in the order in which it counts. */
const ringing = (seconds: number): string =>
  `,originate_timeout=${seconds},api_on_originate='sched_hangup +${seconds} ${calleeId} NO_ANSWER',api_on_answer_1='sched_del ${calleeId}'`;

describe('sound before an answer', () => {
  const forEver: FarEnd = { kind: 'early-media', lastsMs: Infinity, hangsUp: 'callee' };

  it('is not ended by originate_timeout', async () => {
    bench = await startBench();
    const { execute, event, call } = await bench.take({ farEnd: forEver, hangUpAfterMs: 1500 });
    execute({ app: 'answer' }, dial(',originate_timeout=1'));
    expect((await event('CHANNEL_HANGUP_COMPLETE', calleeId)).values['Hangup-Cause']).toBe('ORIGINATOR_CANCEL');
    await expect(call.finished).resolves.toMatchObject({ endedBy: 'caller' });
  });

  it('is ended by a hangup that was scheduled with the call, and the caller returns', async () => {
    bench = await startBench();
    const { execute, done } = await bench.take({ farEnd: forEver });
    execute({ app: 'answer' }, dial(ringing(1)));
    const { values } = await done('bridge');
    expect(values).toMatchObject({
      'Answer-State': 'answered',
      variable_originate_disposition: 'SUCCESS',
      variable_bridge_hangup_cause: 'NO_ANSWER',
    });
  });

  it.each([486, 404, 503, 480, 603, 484, 302])(
    'followed by a %i returns the caller with that cause',
    async (status) => {
      bench = await startBench();
      const { execute, done } = await bench.take({
        farEnd: { kind: 'early-media', lastsMs: 10, hangsUp: 'callee', status },
      });
      execute({ app: 'answer' }, dial(ringing(5)));
      const { values } = await done('bridge');
      expect(values).toMatchObject({
        'Answer-State': 'answered',
        variable_originate_disposition: 'SUCCESS',
        variable_bridge_hangup_cause: causeOfSip(status).cause,
      });
    },
  );

  it.each([true, false])('(%s): an answer cancels the scheduled hangup', async (earlyMedia) => {
    bench = await startBench();
    const { execute, call } = await bench.take({
      farEnd: { kind: 'answers', afterMs: 30, talkMs: 2300, hangsUp: 'callee', earlyMedia },
    });
    execute({ app: 'answer' }, dial(`${ringing(2)},api_on_answer_2='sched_hangup +60 ${calleeId} ALLOTTED_TIMEOUT'`));
    await expect(call.finished).resolves.toMatchObject({ endedBy: 'callee', answered: true });
    expect((await call.finished).billableMs).toBeGreaterThanOrEqual(2290);
  });

  it('passes keys from then on, and only an answer counts as a conversation', async () => {
    bench = await startBench();
    const { execute, event, data } = await bench.take({
      farEnd: { kind: 'answers', afterMs: 30, talkMs: 10, hangsUp: 'callee', earlyMedia: true },
    });
    execute({ app: 'answer' }, dial());
    expect(data.values).toMatchObject({ variable_sensitive_dtmf: 'true' });
    const bridged = await event('CHANNEL_BRIDGE');
    expect(bridged.values).toMatchObject({ variable_sensitive_dtmf: 'false' });
    expect(bridged.values).not.toHaveProperty('variable_billing_talked');
    const over = await event('CHANNEL_HANGUP_COMPLETE');
    expect(over.values).toMatchObject({ variable_billing_talked: 'true' });
  });
});

describe('a bridge that fails', () => {
  const failures: [FarEnd, string, string | null][] = [
    [{ kind: 'refuses', status: 486 }, 'USER_BUSY', 'USER_BUSY'],
    [{ kind: 'refuses', status: 486, afterMs: 20 }, 'USER_BUSY', 'USER_BUSY'],
    [{ kind: 'refuses', status: 404 }, 'UNALLOCATED_NUMBER', 'UNALLOCATED_NUMBER'],
    [{ kind: 'refuses', status: 503 }, 'NORMAL_TEMPORARY_FAILURE', 'NORMAL_TEMPORARY_FAILURE'],
    [{ kind: 'refuses', status: 603 }, 'CALL_REJECTED', 'CALL_REJECTED'],
    [{ kind: 'refuses', status: 302 }, 'REDIRECTION_TO_NEW_DESTINATION', 'REDIRECTION_TO_NEW_DESTINATION'],
    [{ kind: 'rings' }, 'NO_ANSWER', 'NO_ANSWER'],
    [{ kind: 'gateway-down' }, 'INVALID_GATEWAY', null],
    [{ kind: 'early-media', lastsMs: 20, hangsUp: 'callee' }, 'NO_USER_RESPONSE', 'NO_USER_RESPONSE'],
  ];

  it.each(failures)('%j returns the caller with continue_on_fail', async (farEnd, cause, calleeHangupCause) => {
    bench = await startBench();
    const { execute, done, call } = await bench.take({ farEnd });
    // Whole seconds are counted: of one there may be less than the 20 ms left that a refusal takes.
    execute({ app: 'answer' }, dial(',originate_timeout=2'));
    const { values } = await done('bridge');
    expect(values['Answer-State']).toBe('answered');
    expect(values['variable_last_bridge_hangup_cause'] ?? values['variable_originate_disposition']).toBe(cause);
    execute({ app: 'playback', arg: 'phrase:billing_farewell:busy' });
    await done('playback');
    execute({ app: 'hangup', arg: cause });
    await expect(call.finished).resolves.toMatchObject({
      ...{ answered: false, billableMs: 0, hangupCause: cause, calleeHangupCause },
      heard: [{ file: 'phrase:billing_farewell:busy' }],
    });
  });

  it.each<[FarEnd, string]>([
    [{ kind: 'refuses', status: 486 }, 'USER_BUSY'],
    [{ kind: 'gateway-down', cause: 'GATEWAY_DOWN' }, 'GATEWAY_DOWN'],
  ])('%j hangs the caller up without it', async (farEnd, cause) => {
    bench = await startBench();
    const { execute, call } = await bench.take({ farEnd, variables: { continue_on_fail: '' } });
    execute({ app: 'answer' }, dial());
    await expect(call.finished).resolves.toMatchObject({ hangupCause: cause, endedBy: 'switch' });
  });

  it('continues on the causes that continue_on_fail lists', async () => {
    bench = await startBench();
    const { execute, done } = await bench.take({
      farEnd: { kind: 'refuses', status: 404 },
      variables: { continue_on_fail: 'user_busy,1' },
    });
    execute({ app: 'answer' }, dial());
    expect((await done('bridge')).values['Answer-State']).toBe('answered');
  });

  it('can be known before the callee’s leg is complete', async () => {
    bench = await startBench();
    const served = await bench.take({ farEnd: { kind: 'refuses', status: 503, calleeCompletes: 'after-callers' } });
    served.execute({ app: 'answer' }, dial());
    const lines = await story(served, (line) => line === 'B HANGUP_COMPLETE');
    expect(lines.slice(-2)).toEqual(['A EXECUTE_COMPLETE bridge', 'B HANGUP_COMPLETE']);
  });

  it('tries the next endpoint', async () => {
    bench = await startBench();
    const called: string[] = [];
    const { execute, event, call } = await bench.take({
      farEnd: (number) => {
        called.push(number);
        return called.length === 1
          ? { kind: 'refuses', status: 503 }
          : { kind: 'answers', afterMs: 0, talkMs: 5, hangsUp: 'callee' };
      },
    });
    execute({ app: 'answer' }, { app: 'bridge', arg: 'sofia/gateway/one/11|sofia/gateway/two/22' });
    await event('CHANNEL_BRIDGE');
    expect(called).toEqual(['11', '22']);
    await expect(call.finished).resolves.toMatchObject({ answered: true, calledNumber: '22' });
  });

  it('is given up by a caller who does not wait', async () => {
    bench = await startBench();
    const { execute, event, call } = await bench.take({ farEnd: { kind: 'rings', callerGivesUpAfterMs: 20 } });
    execute({ app: 'answer' }, dial());
    const { values } = await event('CHANNEL_HANGUP_COMPLETE', calleeId);
    expect(values['Hangup-Cause']).toBe('ORIGINATOR_CANCEL');
    await expect(call.finished).resolves.toMatchObject({ endedBy: 'caller', hangupCause: 'NORMAL_CLEARING' });
  });
});
