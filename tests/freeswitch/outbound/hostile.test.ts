import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { runs, seedText } from '../../support/random.ts';
import { channelData, connectPeer, event, ordinaryCall } from './peer.ts';

let controller: TestController;

beforeAll(async () => {
  controller = await startTestController({
    'esl.firstMessageMs': '600',
    'esl.replyMs': '600',
    'esl.maxBodyBytes': '20000',
    'esl.maxHeaderBytes': '8192',
    'log.level': 'warn',
  });
});
afterAll(() => controller.dispose());

/** The connection is closed by the controller, its log says why, and a call beside it is served. */
async function costsOnlyItself(bytes: string | Buffer, why: string): Promise<void> {
  const before = controller.logged().length;
  const peer = connectPeer(controller.port);
  peer.send(bytes);
  await Promise.all([peer.closed, ordinaryCall(controller.port, randomUUID())]);
  expect(controller.logged().slice(before)).toContain(why);
}

describe('a peer that is not FreeSWITCH, or misbehaves', () => {
  it('says nothing', () => costsOnlyItself('', 'no channel data within 600 ms'));
  it('says something else', () =>
    costsOnlyItself('GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'no channel data within 600 ms'));
  it('never ends its headers', () => costsOnlyItself('x'.repeat(10_000), 'headers without an end after 8192 bytes'));
  it('sends headers that are too long', () =>
    costsOnlyItself(`a: ${'x'.repeat(9000)}\n\n`, 'headers of 9003 bytes are over the limit of 8192'));
  it('announces a body that is too long', () =>
    costsOnlyItself(
      `${channelData('long')}Content-Length: 999999999\n\n`,
      'a body of 999999999 bytes is over the limit of 20000',
    ));
  it('announces a body of nonsense length', () =>
    costsOnlyItself('Content-Length: -5\n\n', 'Content-Length is not a number'));
  it('starts a message and stops', async () => {
    const peer = connectPeer(controller.port);
    peer.send(channelData('half-a-message'));
    await peer.until('loop_playback');
    peer.send('Content-Type: api/response\nContent-Length: 4\n\n+OK\n');
    peer.send(`${'Content-Type: command/reply\nReply-Text: +OK\n\n'.repeat(20)}Content-Length: 500\n\n{"Event`);
    await peer.closed;
    expect(controller.logged()).toContain('a message was not finished within 600 ms');
  });
  it('answers no command', () => costsOnlyItself(channelData('no-replies'), 'no reply to linger within 600 ms'));
  it('sends an event that is not JSON', () =>
    costsOnlyItself(
      `${channelData('no-json')}Content-Length: 5\nContent-Type: text/event-json\n\n{"a":`,
      'connection ended',
    ));
  it('sends an event that is JSON but not an object', () =>
    costsOnlyItself(
      `${channelData('null')}Content-Length: 4\nContent-Type: text/event-json\n\nnull`,
      'connection ended',
    ));
  it('sends values that are not text', () =>
    costsOnlyItself(
      `${channelData('numbers')}Content-Length: 19\nContent-Type: text/event-json\n\n{"Reply-Text":{} } `,
      'connection ended',
    ));
  it('sends malformed XML', () =>
    costsOnlyItself(
      `${channelData('xml')}Content-Length: 4\nContent-Type: text/event-xml\n\n<a><`,
      'connection ended',
    ));
  it('presents a call without an id', () =>
    costsOnlyItself('Event-Name: CHANNEL_DATA\nContent-Type: command/reply\n\n', 'channel data without a Unique-ID'));
  it('presents a call whose id would be syntax', () =>
    costsOnlyItself(
      'Event-Name: CHANNEL_DATA\nUnique-ID: a b%0Ac\nContent-Type: command/reply\n\n',
      'without a Unique-ID',
    ));
  it('presents two calls', () =>
    costsOnlyItself(channelData('first') + channelData('second'), 'channel data came twice'));

  it('resets the connection in the middle of a call, which still gets its record', async () => {
    const peer = connectPeer(controller.port);
    await peer.until('connect\n\n');
    peer.send(channelData('reset'));
    await peer.until('play_and_get_digits');
    peer.socket.resetAndDestroy();
    const record = await eventually(() =>
      controller.store.findCallRecord('reset').then((r) => (r?.endedAtMs ? r : null)),
    );
    expect(record).toMatchObject({ outcome: 'interrupted', reason: 'connection-lost' });
  });
});

describe('two hundred peers that send as much as they can', () => {
  const lines = `${'a: 1\n'.repeat(136_000)}\n`;
  const keys = JSON.stringify(Object.fromEntries(Array.from({ length: 109_000 }, (_, at) => [`k${at}`, ''])));
  const json = (callId: string): string =>
    `${channelData(callId)}Content-Length: ${keys.length}\nContent-Type: text/event-json\n\n${keys}`;

  it.each([
    ['header lines', () => lines],
    ['keys of an event', () => json(randomUUID())],
  ])('%s: all are closed, and calls beside them are served', async (_, bytes) => {
    const flood = Array.from({ length: 200 }, () => {
      const peer = connectPeer(controller.port);
      peer.send(bytes());
      return peer.closed;
    });
    await ordinaryCall(controller.port, randomUUID());
    await Promise.all(flood);
    await ordinaryCall(controller.port, randomUUID());
  });
});

describe('text from a caller', () => {
  const names = [
    'Jos%E9',
    'A%FFB',
    '100% Legal',
    '%',
    '%%%41',
    'Zoë 😀',
    '"quoted", {braces}[brackets]|pipe\\',
    "O'Brien\nX-Injected: yes",
    '__proto__',
    '${uuid_kill}',
    '<script>alert(1)</script>',
  ];

  it.each(names)('%j reaches the record unchanged, and no command', async (name) => {
    const callId = randomUUID();
    const peer = connectPeer(controller.port);
    await peer.until('connect\n\n');
    // As FreeSWITCH encodes it: everything but `%` before two hex digits (switch_utils.c, switch_url_encode).
    const encoded = encodeURIComponent(name).replace(/%25(?=[0-9A-Fa-f]{2})/g, '%');
    peer.send(channelData(callId, { 'Caller-Caller-ID-Name': encoded, 'Caller-Orig-Caller-ID-Name': encoded }));
    await peer.until('play_and_get_digits');
    peer.send(
      event(callId, 'CHANNEL_HANGUP_COMPLETE', { 'Hangup-Cause': 'NORMAL_CLEARING', 'Caller-Caller-ID-Name': name }),
    );
    await peer.until('exit\n\n');
    peer.socket.end();
    const record = await eventually(() =>
      controller.store.findCallRecord(callId).then((r) => (r?.endedAtMs ? r : null)),
    );
    expect(record.callerName).toBe(name);
    expect(peer.received()).not.toContain(name.slice(0, 8));
  });
});

/** `BILLING_TEST_FUZZ_STREAMS` asks for another number of them. */
const streams = Number(process.env['BILLING_TEST_FUZZ_STREAMS'] ?? runs(500));

describe('random bytes', () => {
  // With the deadlines of a real controller: on a busy machine an ordinary call may take longer than those of the tests above.
  let patient: TestController;
  beforeAll(async () => {
    patient = await startTestController({ 'log.level': 'warn' });
  });
  afterAll(() => patient.dispose());

  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ maxLength: 60, unit: 'binary' }).map((text) => Buffer.from(text)),
    fc
      .constantFrom(
        ...[
          '\n\n',
          'Content-Length: ',
          '12\n\n',
          'Content-Type: text/event-json\n',
          'Content-Type: text/event-plain\n',
        ],
        ...[
          'Content-Type: text/event-xml\n',
          'Content-Type: command/reply\n',
          'Event-Name: CHANNEL_DATA\n',
          '%E9',
          '%',
        ],
        ...[
          'Unique-ID: x\n',
          '{"Event-Name":"*","Unique-ID":"**"}',
          'Content-Type: auth/request\n\n',
          'Job-UUID: ::\n',
        ],
        ...[
          'Reply-Text: -ERR\n',
          'Content-Type: text/disconnect-notice\n',
          'Content-Type: api/response\n',
          ': ',
          'a: b\n',
        ],
      )
      .map((text) => Buffer.from(text)),
    fc.constant(Buffer.from(channelData('fuzz'))),
  );
  const stream = fc.array(pieces, { minLength: 1, maxLength: 12 }).map((parts) => Buffer.concat(parts));

  it(
    `${streams} streams (${seedText}) cost nothing but their own connections, and a call beside each is served`,
    async () => {
      const samples = fc.sample(stream, streams);
      const side = 50;
      for (let at = 0; at < samples.length; at += side) {
        await Promise.all(
          samples.slice(at, at + side).map(async (bytes) => {
            const peer = connectPeer(patient.port);
            peer.send(bytes);
            await ordinaryCall(patient.port, randomUUID());
            peer.socket.destroy();
            await peer.closed;
          }),
        );
      }
      // Nothing is left of any of them.
      await eventually(() => Promise.resolve(patient.liveCalls() === 0 ? true : null));
    },
    20_000 + streams * 10,
  );
});
