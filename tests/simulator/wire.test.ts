import { afterEach, describe, expect, it } from '@jest/globals';
import { createSimulator } from '../../src/simulator/freeswitch.ts';
import { urlEncode } from '../../src/simulator/events.ts';
import { ask, dial, sendmsg, serve, startBench } from './harness.ts';
import type { Bench } from './harness.ts';
import { startBareController } from './scripted-controller.ts';
import type { Peer } from './scripted-controller.ts';

let bench: Bench;
afterEach(() => bench.dispose());

/** A call that was connected and no more. */
async function connected(): Promise<{ peer: Peer; callId: string; hangUp: () => void }> {
  const call = bench.simulator.placeCall({ dialled: '8' });
  const peer = await bench.controller.accept();
  peer.send('connect\n\n');
  await peer.next();
  return {
    peer,
    callId: call.callId,
    hangUp: () => {
      call.hangUp();
    },
  };
}

const replyTo = async (peer: Peer, command: string): Promise<string | undefined> => {
  peer.send(`${command}\n\n`);
  return (await peer.next()).values['Reply-Text'];
};

describe('commands', () => {
  it.each([
    ['linger 5', '+OK will linger 5 seconds'],
    ['linger', '+OK will linger'],
    ['nolinger', '+OK will not linger'],
    ['filter Unique-ID abc', '+OK filter added. [Unique-ID]=[abc]'],
    ['filter delete Unique-ID abc', '+OK filter deleted. [Unique-ID][abc]'],
    ['filter Unique-ID', '-ERR invalid syntax'],
    ['event json CHANNEL_ANSWER', '+OK event listener enabled json'],
    ['event json', '-ERR no keywords supplied'],
    ['nixevent CHANNEL_ANSWER', '+OK events nixed'],
    ['noevents', '+OK no longer listening for events'],
    ['myevents', '+OK Events Enabled'],
    ['divert_events on', '+OK events diverted'],
    ['sendmsg 00000000-0000-4000-8000-000000000000', '-ERR invalid session id [00000000-0000-4000-8000-000000000000]'],
    ['make tea', '-ERR command not found'],
    ['exit', '+OK bye'],
  ])('%s is answered at once', async (command, reply) => {
    bench = await startBench();
    const { peer } = await connected();
    await expect(replyTo(peer, command)).resolves.toBe(reply);
  });

  it('may come in pieces, several in one packet, and with CR LF', async () => {
    bench = await startBench();
    const { peer } = await connected();
    peer.send('lin');
    await new Promise((resolve) => setTimeout(resolve, 10));
    peer.send('ger 5\r\n\r\n\nlinger 6\n\nlinger 7\n');
    peer.send('\n');
    const replies = [await peer.next(), await peer.next(), await peer.next()];
    expect(replies.map(({ values }) => values['Reply-Text'])).toEqual(
      [5, 6, 7].map((seconds) => `+OK will linger ${seconds} seconds`),
    );
  });

  it('run api commands', async () => {
    bench = await startBench();
    const { peer, callId } = await connected();
    const api = async (command: string): Promise<string> => {
      peer.send(`api ${command}\n\n`);
      const { kind, text } = await peer.next();
      expect(kind).toBe('api/response');
      return text.slice(text.indexOf('\n\n') + 2);
    };
    await expect(api(`uuid_exists ${callId}`)).resolves.toBe('true');
    await expect(api('uuid_exists nobody')).resolves.toBe('false');
    await expect(api(`uuid_setvar_multi ${callId} a=1;b=é`)).resolves.toBe('+OK\n');
    await expect(api(`uuid_getvar ${callId} b`)).resolves.toBe('é');
    await expect(api(`uuid_setvar ${callId} a`)).resolves.toBe('+OK\n');
    await expect(api(`uuid_getvar ${callId} a`)).resolves.toBe('_undef_');
    await expect(api('uuid_setvar nobody a 1')).resolves.toBe('-ERR No such channel!\n');
    await expect(api('status')).resolves.toContain('is ready\n');
    await expect(api('no_such_command')).resolves.toBe('-ERR no_such_command Command not found!\n');
    const channels = JSON.parse(await api('show channels as json')) as { row_count: number; rows: { uuid: string }[] };
    expect(channels).toMatchObject({ row_count: 1, rows: [{ uuid: callId, direction: 'inbound', dest: '8' }] });
  });

  it('run in the background', async () => {
    bench = await startBench();
    const { peer } = await bench.take();
    peer.send('filter delete all\n\nbgapi status\nJob-UUID: 42\n\n');
    const reply = await peer.until(({ values }) => values['Job-UUID'] === '42');
    expect(reply.values['Reply-Text']).toBe('+OK Job-UUID: 42');
    const { values } = await peer.until(({ kind }) => kind === 'BACKGROUND_JOB');
    expect(values).toMatchObject({ 'Job-UUID': '42', 'Job-Command': 'status' });
    expect(values['_body']).toContain('is ready');
  });

  it('kill a channel', async () => {
    bench = await startBench();
    const { peer, call } = await bench.take();
    peer.send(`api uuid_kill ${call.callId} CALL_REJECTED\n\n`);
    await expect(call.finished).resolves.toMatchObject({ hangupCause: 'CALL_REJECTED', endedBy: 'switch' });
  });
});

describe('events', () => {
  it('of every call reach a connection without a filter, and only its own reach one with a filter', async () => {
    bench = await startBench();
    const open = await connected();
    open.peer.send('event json CHANNEL_EXECUTE_COMPLETE\n\n');
    await open.peer.next();
    const filtered = await connected();
    filtered.peer.send(`filter Unique-ID ${filtered.callId}\n\nevent json CHANNEL_EXECUTE_COMPLETE\n\n`);
    await filtered.peer.next();
    await filtered.peer.next();
    open.peer.send(sendmsg(open.callId, { app: 'set', arg: 'a=1' }));
    filtered.peer.send(sendmsg(filtered.callId, { app: 'set', arg: 'a=2' }));

    const seen = [await open.peer.next(), await open.peer.next(), await open.peer.next()];
    const events = seen.filter(({ kind }) => kind === 'CHANNEL_EXECUTE_COMPLETE');
    expect(new Set(events.map(({ values }) => values['Unique-ID']))).toEqual(new Set([open.callId, filtered.callId]));
    await filtered.peer.next();
    expect((await filtered.peer.next()).values['Unique-ID']).toBe(filtered.callId);
    await expect(filtered.peer.next(50)).rejects.toThrow('no message within 50 ms');
  });

  it('pass filters on other headers, which are OR-ed', async () => {
    bench = await startBench();
    const { peer, callId } = await connected();
    peer.send('filter Application set\n\nfilter Application /^un/\n\nevent json CHANNEL_EXECUTE_COMPLETE\n\n');
    for (let replies = 0; replies < 3; replies += 1) await peer.next();
    for (const app of ['answer', 'set', 'unset']) peer.send(sendmsg(callId, { app, arg: 'a' }));
    const seen: (string | undefined)[] = [];
    await peer.until(({ kind, values }) => {
      if (kind === 'CHANNEL_EXECUTE_COMPLETE') seen.push(values['Application']);
      return seen.length === 2;
    });
    expect(seen).toEqual(['set', 'unset']);
  });

  it('come as plain text if that was asked for', async () => {
    bench = await startBench();
    const { peer, callId } = await connected();
    peer.send(`event plain CHANNEL_EXECUTE_COMPLETE\n\n${sendmsg(callId, { app: 'set', arg: 'a=b c' })}`);
    const { text } = await peer.until(({ kind }) => kind === 'text/event-plain');
    expect(text).toContain('\nApplication-Data: a%3Db%20c\n');
  });

  it('count their bytes, and carry what a caller sends unchanged', async () => {
    bench = await startBench();
    const name = 'Zoë 🦊 "{}[]|,\\ \u0007';
    const { data, execute, done } = await bench.take({ callerName: name });
    expect(decodeURIComponent(data.values['Caller-Caller-ID-Name'] ?? '')).toBe(name);
    execute({ app: 'set', arg: 'a=1' });
    // A wrong length would have torn the message apart.
    expect((await done('set')).values['Caller-Caller-ID-Name']).toBe(name);
  });

  it.each(['Jos%E9', 'A%FFB', '100% Legal'])(
    'let %s through in the answer to connect as FreeSWITCH does',
    async (name) => {
      bench = await startBench();
      const { data } = await bench.take({ callerName: name });
      expect(data.values['Caller-Caller-ID-Name']).toBe(urlEncode(name));
      expect(urlEncode(name)).toBe(name === '100% Legal' ? '100%25%20Legal' : name);
    },
  );
});

describe('the end of a connection', () => {
  it('without linger comes with the hangup', async () => {
    bench = await startBench();
    const { peer, hangUp } = await connected();
    hangUp();
    expect((await peer.next()).values['Content-Disposition']).toBe('disconnect');
    await peer.closed;
  });

  it('with linger comes that many seconds later, after a notice', async () => {
    bench = await startBench();
    const { peer, hangUp, callId } = await connected();
    await replyTo(peer, 'linger 1');
    hangUp();
    expect((await peer.next()).values).toMatchObject({
      ...{ 'Content-Disposition': 'linger', 'Linger-Time': '1', 'Content-Length': '0' },
      'Controlled-Session-UUID': callId,
    });
    const start = performance.now();
    const last = await peer.next();
    expect(last.text).toContain('Content-Disposition: disconnect\nContent-Length: 67\n\nDisconnected, goodbye.\n');
    await peer.closed;
    expect(performance.now() - start).toBeGreaterThan(900);
    expect(performance.now() - start).toBeLessThan(2500);
  });

  it('by the controller is fine while FreeSWITCH lingers', async () => {
    bench = await startBench();
    const { peer, call } = await bench.take();
    call.hangUp();
    await peer.until(({ values }) => values['Content-Disposition'] === 'linger');
    peer.close();
    await peer.closed;
    expect(bench.simulator.channelCount()).toBe(0);
  });
});

describe('a controller that goes away', () => {
  it('during a conversation does not affect it', async () => {
    bench = await startBench();
    const { execute, event, peer, call } = await bench.take({
      farEnd: { kind: 'answers', afterMs: 1, talkMs: 100, hangsUp: 'callee' },
    });
    execute({ app: 'answer' }, dial());
    await event('CHANNEL_BRIDGE');
    peer.close();
    const { billableMs, endedBy } = await call.finished;
    expect(billableMs).toBeGreaterThanOrEqual(99);
    expect(endedBy).toBe('callee');
  });

  it('while digits are collected lets the application end, and the dialplan hang up', async () => {
    bench = await startBench();
    const { execute, event, peer, call } = await bench.take();
    execute(ask('phrase:billing_ask_code:first', 1000));
    await event('CHANNEL_EXECUTE');
    peer.close();
    const { startedAtMs, endedAtMs, hangupCause } = await call.finished;
    expect(endedAtMs - startedAtMs).toBeGreaterThanOrEqual(990);
    expect(hangupCause).toBe('NORMAL_TEMPORARY_FAILURE');
  });

  it('is followed by the next one, if the dialplan says so, once', async () => {
    bench = await startBench({ afterSocket: 'socket' });
    const { peer, call } = await bench.take();
    peer.close();
    const second = await serve(call, await bench.controller.accept());
    second.execute({ app: 'set', arg: 'a=1' });
    await second.done('set');
    second.peer.close();
    await expect(call.finished).resolves.toMatchObject({ hangupCause: 'NORMAL_TEMPORARY_FAILURE', endedBy: 'switch' });
  });

  it('leaves the caller in silence if the dialplan has nothing more', async () => {
    bench = await startBench({ afterSocket: 'silence' });
    const { peer, call } = await bench.take({ hangUpAfterMs: 100 });
    peer.close();
    await expect(call.finished).resolves.toMatchObject({ endedBy: 'caller' });
  });
});

describe('finding a controller', () => {
  it('goes on to the next address when the first refuses', async () => {
    bench = await startBench();
    const gone = await startBareController();
    await gone.dispose();
    const simulator = createSimulator({ controllers: `${gone.address}|${bench.controller.address}`, paceMs: 0 });
    const call = simulator.placeCall({ dialled: '8' });
    const { execute } = await serve(call, await bench.controller.accept());
    execute({ app: 'hangup' });
    await expect(call.finished).resolves.toMatchObject({ connected: true, served: true });
    simulator.close();
  });

  it('ends the call when there is none', async () => {
    bench = await startBench();
    await bench.controller.dispose();
    await expect(bench.simulator.placeCall({ dialled: '8' }).finished).resolves.toMatchObject({
      ...{ connected: false, served: false, hangupCause: 'NORMAL_TEMPORARY_FAILURE', endedBy: 'switch' },
    });
    bench = await startBench();
  });

  it('tells a controller that accepts and says nothing from one that takes the call', async () => {
    bench = await startBench();
    const call = bench.simulator.placeCall({ dialled: '8' });
    (await bench.controller.accept()).close();
    await expect(call.finished).resolves.toMatchObject({ connected: true, served: false });
  });
});

it('records the bytes of both sides', async () => {
  const seen: string[] = [];
  bench = await startBench({ record: ({ direction, text }) => seen.push(`${direction} ${text.split('\n')[0] ?? ''}`) });
  const { call } = await bench.take();
  call.hangUp();
  await call.finished;
  expect(seen.slice(0, 4)).toEqual([
    'received connect',
    'sent Event-Name: CHANNEL_DATA',
    'received linger 10',
    'sent Content-Type: command/reply',
  ]);
});
