import { afterEach, describe, expect, it } from '@jest/globals';
import { ask, calleeId, dial, hold, sendmsg, startBench } from './harness.ts';
import type { Bench } from './harness.ts';

let bench: Bench;
afterEach(() => bench.dispose());

describe('variables', () => {
  it('are set, unset and used in arguments', async () => {
    bench = await startBench();
    const { execute, done } = await bench.take({ variables: { colour: 'red' } });
    execute(
      { app: 'set', arg: 'a=${colour} one' },
      { app: 'multiset', arg: '^^:b=2:c=3' },
      { app: 'export', arg: 'd=4' },
      { app: 'unset', arg: 'b' },
    );
    const { values } = await done('unset');
    expect(values).toMatchObject({
      variable_a: 'red one',
      variable_c: '3',
      variable_d: '4',
      variable_export_vars: expect.stringMatching(/(?:^|,)d$/),
    });
    expect(values).not.toHaveProperty('variable_b');
  });

  it('reach the callee if they are exported, in the dial string, or SIP headers', async () => {
    bench = await startBench();
    const { execute, event } = await bench.take({
      sipHeaders: { 'X-Site': 'north' },
      variables: { kept: 'here', export_vars: 'sent', sent: 'over' },
    });
    execute({ app: 'answer' }, dial(',account=42'));
    const { values } = await event('CHANNEL_ANSWER', calleeId);
    expect(values).toMatchObject({ variable_sent: 'over', variable_account: '42', 'variable_sip_h_X-Site': 'north' });
    expect(values).not.toHaveProperty('variable_kept');
  });
});

describe('the order of applications', () => {
  it('runs what came in one packet one after another', async () => {
    bench = await startBench();
    const { execute, peer } = await bench.take({ keys: ['12#'] });
    execute({ app: 'answer' }, { app: 'set', arg: 'a=1' }, ask('tone_stream://x'));
    const completed: (string | undefined)[] = [];
    await peer.until(({ kind, values }) => {
      if (kind === 'CHANNEL_EXECUTE_COMPLETE') completed.push(values['Application']);
      return completed.length === 3;
    });
    expect(completed).toEqual(['answer', 'set', 'play_and_get_digits']);
  });

  it('handles a message in the middle of a prompt, which it cuts off', async () => {
    bench = await startBench({ promptMs: () => 5000 });
    const { execute, call } = await bench.take();
    execute({ app: 'playback', arg: 'phrase:billing_farewell:busy' }, { app: 'hangup', arg: 'USER_BUSY' });
    const { hangupCause, startedAtMs, endedAtMs } = await call.finished;
    expect(hangupCause).toBe('USER_BUSY');
    expect(endedAtMs - startedAtMs).toBeLessThan(1000);
  });

  it('holds it back with event-lock', async () => {
    bench = await startBench({ promptMs: () => 200 });
    const { execute, call } = await bench.take();
    execute({ app: 'playback', arg: 'phrase:billing_farewell:busy', lock: true }, { app: 'hangup', arg: 'USER_BUSY' });
    const { startedAtMs, endedAtMs } = await call.finished;
    expect(endedAtMs - startedAtMs).toBeGreaterThanOrEqual(195);
  });

  it('takes a frame of 20 ms when it waits for work', async () => {
    bench = await startBench({ paceMs: 20 });
    const { execute, done } = await bench.take();
    const start = performance.now();
    execute({ app: 'set', arg: 'a=1' });
    await done('set');
    execute({ app: 'set', arg: 'a=2' });
    await done('set');
    expect(performance.now() - start).toBeGreaterThanOrEqual(38);
  });

  it('hangs up on an application that it does not know', async () => {
    bench = await startBench();
    const { execute, call } = await bench.take();
    execute({ app: 'no_such_thing' });
    await expect(call.finished).resolves.toMatchObject({ hangupCause: 'DESTINATION_OUT_OF_ORDER', endedBy: 'switch' });
  });
});

describe('digits', () => {
  it('keyed while the channel is parked are lost, as in FreeSWITCH', async () => {
    bench = await startBench();
    const { execute, done, call } = await bench.take({ keys: ['98#7', ''] });
    execute(ask('phrase:billing_ask_code:first', 1000));
    expect((await done('play_and_get_digits')).values).toMatchObject({
      variable_keyed: '98',
      variable_read_result: 'success',
      variable_read_terminator_used: '#',
    });
    call.press('8');
    await new Promise((resolve) => setTimeout(resolve, 10));
    execute(ask('phrase:billing_ask_number:first', 1000));
    expect((await done('play_and_get_digits')).values).not.toHaveProperty('variable_keyed');
  });

  it('keyed while loop_playback runs or after an entry wait for the next prompt', async () => {
    bench = await startBench();
    const { execute, done, call } = await bench.take({ keys: ['98#7'] });
    execute({ ...ask('phrase:billing_ask_code:first', 1000), lock: true }, hold);
    await done('play_and_get_digits');
    call.press('6#');
    await new Promise((resolve) => setTimeout(resolve, 10));
    execute(ask('silence', 1000));
    expect((await done('play_and_get_digits')).values).toMatchObject({ variable_keyed: '76' });
  });

  it('loop_playback does not go on while something else runs', async () => {
    bench = await startBench();
    const { execute, done, call } = await bench.take();
    execute({ app: 'loop_playback', arg: 'silence_stream://300' });
    execute({ app: 'sleep', arg: '500' });
    await done('sleep');
    call.press('5#');
    await new Promise((resolve) => setTimeout(resolve, 10));
    execute(ask('silence', 1000));
    expect((await done('play_and_get_digits')).values).toMatchObject({ variable_keyed: '5' });
  });

  it('that are secret make no event, and are not in digits_dialed', async () => {
    bench = await startBench();
    const { execute, done, event, call } = await bench.take({ keys: ['12#'] });
    execute(ask('phrase:billing_ask_code:first'));
    await done('play_and_get_digits');
    call.hangUp();
    expect((await event('CHANNEL_HANGUP_COMPLETE')).values['variable_digits_dialed']).toBe('none');
  });

  it('are swallowed by playback', async () => {
    bench = await startBench({ promptMs: (file) => (file.includes('farewell') ? 50 : 0) });
    const { execute, done, call } = await bench.take();
    execute({ app: 'playback', arg: 'phrase:billing_farewell:busy', lock: true }, ask('phrase:billing_ask_code:first'));
    call.press('1');
    await done('playback');
    call.press('2#');
    expect((await done('play_and_get_digits')).values['variable_keyed']).toBe('2');
  });

  it('leave the read_terminator_used of an earlier prompt unchanged', async () => {
    bench = await startBench();
    const { execute, done } = await bench.take({ keys: ['1#'] });
    execute(ask('phrase:billing_ask_code:first'));
    await done('play_and_get_digits');
    execute(ask('phrase:billing_ask_number:first', 1000));
    const { values } = await done('play_and_get_digits');
    expect(values).toMatchObject({ variable_read_terminator_used: '#', variable_read_result: 'timeout' });
    expect(values).not.toHaveProperty('variable_keyed');
  });

  it('that do not match are cleared, announced as invalid, and asked for again', async () => {
    bench = await startBench();
    const { execute, done, call } = await bench.take({ keys: ['99#', '12#'] });
    execute({ app: 'play_and_get_digits', arg: '1 9 2 5000 # phrase:billing_ask_code:first silence keyed ^1' });
    expect((await done('play_and_get_digits')).values).toMatchObject({
      variable_keyed: '12',
      variable_keyed_invalid: '99',
    });
    call.hangUp();
    await expect(call.finished).resolves.toMatchObject({ keyed: ['99#', '12#'], endedBy: 'caller' });
  });

  it('are left partial by a hangup, as a success', async () => {
    bench = await startBench();
    const { execute, done } = await bench.take({ keys: [{ digits: '123', thenHangUp: true }] });
    execute({ app: 'answer' }, ask('phrase:billing_ask_code:first'));
    expect((await done('play_and_get_digits')).values).toMatchObject({
      ...{ variable_keyed: '123', variable_read_result: 'success', 'Answer-State': 'hangup' },
      'Hangup-Cause': 'NORMAL_CLEARING',
    });
  });

  it('are read by read as well', async () => {
    bench = await startBench();
    const { execute, done } = await bench.take({ keys: ['4711'] });
    execute({ app: 'read', arg: '2 4 phrase:billing_ask_code:first pin 5000 #' });
    expect((await done('read')).values).toMatchObject({ variable_pin: '4711', variable_read_result: 'success' });
  });
});

describe('hangups', () => {
  it.each([
    ['hangup', 'CALL_REJECTED', 'CALL_REJECTED'],
    ['hangup', '', 'NORMAL_CLEARING'],
    ['hangup', '34', 'NORMAL_CIRCUIT_CONGESTION'],
    ['hangup', 'nonsense', 'NORMAL_CLEARING'],
    ['sched_hangup', '+0 ALLOTTED_TIMEOUT', 'ALLOTTED_TIMEOUT'],
    ['sched_hangup', '+1', 'ALLOTTED_TIMEOUT'],
  ])('%s %s', async (app, arg, cause) => {
    bench = await startBench();
    const { execute, call } = await bench.take();
    execute({ app, arg });
    await expect(call.finished).resolves.toMatchObject({ hangupCause: cause, endedBy: 'switch' });
  });

  it('by message, to either leg', async () => {
    bench = await startBench();
    const { execute, peer, event, call } = await bench.take({
      farEnd: { kind: 'answers', afterMs: 1, talkMs: Infinity, hangsUp: 'callee' },
    });
    execute({ app: 'answer' }, dial());
    await event('CHANNEL_BRIDGE');
    peer.send(sendmsg(calleeId, { app: 'hangup', arg: 'MANAGER_REQUEST' }));
    await expect(call.finished).resolves.toMatchObject({ calleeHangupCause: 'MANAGER_REQUEST', endedBy: 'switch' });

    const other = await bench.take();
    other.peer.send(`sendmsg ${other.call.callId}\ncall-command: hangup\nhangup-cause: USER_BUSY\n\n`);
    await expect(other.call.finished).resolves.toMatchObject({ hangupCause: 'USER_BUSY' });
  });

  it('while a prompt plays leave no read_result', async () => {
    bench = await startBench({ promptMs: () => 5000 });
    const { execute, done, call } = await bench.take();
    execute(ask('phrase:billing_ask_code:first'));
    setTimeout(() => {
      call.hangUp();
    }, 20);
    expect((await done('play_and_get_digits')).values).not.toHaveProperty('variable_read_result');
  });
});
