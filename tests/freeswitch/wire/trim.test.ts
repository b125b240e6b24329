import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFrameReader, type Frame } from '../../../src/freeswitch/wire/frame.ts';
import { channelHeaders, eventHeaders } from '../../../src/freeswitch/wire/headers.ts';
import { readChannelData, readEvent, trim } from '../../../src/freeswitch/wire/trim.ts';
import { readRecording, recordingNames } from '../../recordings/recording.ts';

const eventOf = (json: string): Frame => ({
  head: Buffer.from(`Content-Length: ${Buffer.byteLength(json)}\nContent-Type: text/event-json`),
  body: Buffer.from(json),
});
const jsonOf = (frame: Frame | null): unknown => JSON.parse(frame?.body?.toString('utf8') ?? '');
const only = (headers: Readonly<Record<string, string>>, read: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => read.includes(name)));
const readOf = (frame: Frame): unknown => {
  const event = readEvent(frame);
  return event?.kind === 'event' ? { ...event.headers } : event;
};
/** Calls wait for the ends of these applications alone. */
const isAwaited = (frame: Frame): boolean =>
  ['play_and_get_digits', 'playback', 'bridge'].includes(
    (jsonOf(frame) as Record<string, string>)['Application'] ?? '',
  );
const lines = (head: Buffer): Record<string, string> =>
  Object.fromEntries(
    head
      .toString('utf8')
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
  );

describe('what is read of messages', () => {
  it.each(recordingNames)('keeps the headers of %s that are read, unchanged', (name) => {
    const reader = createFrameReader(() => ({ maxHeaderBytes: 65_536, maxBodyBytes: 1_048_576 }));
    const frames = readRecording(name)
      .filter(({ dir }) => dir === 'freeswitch>controller')
      .flatMap(({ text }) => [...reader.push(Buffer.from(text))]);
    const kinds = { events: 0, channelData: 0 };
    for (const frame of frames) {
      if (frame.body?.includes('"CHANNEL_EXECUTE_COMPLETE"') === true && !isAwaited(frame)) {
        expect(readEvent(frame)).toEqual({ kind: 'nothing' });
      } else if (frame.head.includes('text/event-json')) {
        kinds.events += 1;
        expect(readOf(frame)).toEqual(only(jsonOf(frame) as Record<string, string>, eventHeaders));
      } else if (frame.head.includes('CHANNEL_DATA')) {
        kinds.channelData += 1;
        const all = lines(frame.head);
        const decoded = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, decodeURIComponent(value)]));
        expect({ ...readChannelData(frame) }).toEqual(only(decoded, channelHeaders));
      } else {
        const left = trim(frame);
        expect([left.body, readEvent(frame), readChannelData(frame)]).toEqual([frame.body, null, null]);
      }
    }
    expect(kinds.channelData).toBe(1);
    expect(kinds.events).toBeGreaterThan(1);
  });

  it('does not mistake text inside a value for a header', () => {
    const piece = fc.constantFrom('"', '\\', ',', ':', '{', '}', '"Unique-ID":"x"', ',"Hangup-Cause":"Y', 'é😀\n', 'a');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 8 }).map((all) => all.join('')),
    );
    const name = fc.oneof(fc.constantFrom<string>(...eventHeaders), text);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text)), (entries) => {
        // Written as FreeSWITCH does: repeated names stay, and the last one counts.
        const json = `{${[['Event-Name', 'X'], ...entries].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
        const all = Object.fromEntries([['Event-Name', 'X'], ...entries]) as Record<string, string>;
        expect(readOf(eventOf(json))).toEqual(only(all, eventHeaders));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['null', '[1]', '{"Unique-ID":"x"', ' {"Unique-ID":"x"}'])(
    'refuses %s, which is not FreeSWITCH’s',
    (json) => {
      expect(() => readEvent(eventOf(json))).toThrow('not as FreeSWITCH writes it');
    },
  );

  it.each(['Content-Type: text/event-json\nA: b', 'Content-Length: 17\nContent-Type: text/event-plain'])(
    'refuses an event under %j',
    (head) => {
      const frame = { ...eventOf('{"Unique-ID":"x"}'), head: Buffer.from(head) };
      expect(() => readEvent(frame)).toThrow('not as FreeSWITCH writes it');
    },
  );

  it('reads channel data whatever their order, the last of a repeated header, and bytes that are no percent-encoding', () => {
    const head = Buffer.from(
      'Unique-ID: other\nEvent-Name: CHANNEL_DATA\nX-Unique-ID: x\nUnique-ID: a%20b\nCaller-Caller-ID-Name: Jos%E9: %F0%9F%98%80\nCaller-ANI: ',
    );
    expect(readChannelData({ head, body: null })).toEqual({
      'Event-Name': 'CHANNEL_DATA',
      'Unique-ID': 'a b',
      'Caller-Caller-ID-Name': 'Jos%E9: 😀',
      'Caller-ANI': '',
    });
    expect(readChannelData({ head: Buffer.from('A: Event-Name: CHANNEL_DATA\nB: c'), body: null })).toBeNull();
  });

  it('leaves nothing of a message in memory but what is kept of it', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const filler = `variable_filler: ${'x'.repeat(6_000)}`;
    const used = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = used();
    const kept = Array.from({ length: 2_000 }, (_, at) => {
      const head = Buffer.from(`Event-Name: CHANNEL_DATA\nUnique-ID: 6770cdd2-b0de-479b-ab97-${1e11 + at}\n${filler}`);
      const json = `{"Event-Name":"DTMF","Unique-ID":"6770cdd2-b0de-479b-ab97-${2e11 + at}","filler":"${filler}"}`;
      const event = readEvent(eventOf(json));
      return [
        readChannelData({ head, body: null })?.['Unique-ID'],
        event?.kind === 'event' && event.headers['Unique-ID'],
      ];
    });
    expect((used() - before) / kept.length).toBeLessThan(1_000);
    expect(kept[1]).toEqual(['6770cdd2-b0de-479b-ab97-100000000001', '6770cdd2-b0de-479b-ab97-200000000001']);
  });

  it('hands on to modesl one header of each name that is read, however many there are', () => {
    const head = Buffer.from(`Content-Type: auth/request\n${'a: b\n'.repeat(1500)}Reply-Text: x`);
    expect(trim({ head, body: null }).head.toString()).toBe('Content-Type: auth/request\nReply-Text: x');
  });
});
