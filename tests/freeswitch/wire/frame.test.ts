import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFrameReader } from '../../../src/freeswitch/wire/frame.ts';

const limits = { maxHeaderBytes: 1000, maxBodyBytes: 1000 };

const message = fc.record({
  head: fc.stringMatching(/^[a-zA-Z-]{1,20}: [ -~]{0,40}$/).filter((line) => !/^content-length:/i.test(line)),
  body: fc.option(fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes))),
});

describe('the reader of frames', () => {
  it('finds the same messages however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (messages, cuts) => {
          const bytes = Buffer.concat(
            messages.flatMap(({ head, body }) => [
              Buffer.from(body === null ? `${head}\n\n` : `${head}\nContent-Length: ${body.length}\n\n`),
              body ?? Buffer.alloc(0),
            ]),
          );
          const reader = createFrameReader(() => limits);
          const frames = [];
          for (let at = 0, n = 0; at < bytes.length; n += 1) {
            const length = cuts[n % cuts.length] ?? 1;
            frames.push(
              ...Array.from(reader.push(bytes.subarray(at, at + length)), ({ head, body }) => ({
                head: String(head),
                body: body?.toString('hex') ?? null,
              })),
            );
            at += length;
          }
          expect(reader.pendingBytes()).toBe(0);
          expect(frames).toEqual(
            messages.map(({ head, body }) => ({
              head: body === null ? head : `${head}\nContent-Length: ${body.length}`,
              body: body?.toString('hex') ?? null,
            })),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads a megabyte in tiny pieces in little more time than in one', () => {
    const body = Buffer.alloc(1_000_000, 'x');
    const bytes = Buffer.concat([Buffer.from(`Content-Length: ${body.length}\n\n`), body]);
    const reader = createFrameReader(() => ({ maxHeaderBytes: 1000, maxBodyBytes: 2_000_000 }));
    const startedAt = performance.now();
    let frames = 0;
    for (let at = 0; at < bytes.length; at += 50) frames += [...reader.push(bytes.subarray(at, at + 50))].length;
    expect(frames).toBe(1);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  const manyKeys = Buffer.from(`{${Array.from({ length: 109_000 }, (_, key) => `"${key}":""`).join(',')}}`);
  const headOf = (type: string): Buffer => Buffer.from(`Content-Length: ${manyKeys.length}\nContent-Type: ${type}\n\n`);

  it.each([1, 7, 65_536])(
    'refuses an event of more headers than any switch has as soon as they have come, %i bytes at a time',
    (piece) => {
      const reader = createFrameReader(() => ({ maxHeaderBytes: 1000, maxBodyBytes: 2_000_000 }));
      const bytes = Buffer.concat([headOf('text/event-json'), manyKeys]);
      let taken = 0;
      expect(() => {
        for (; taken < bytes.length; taken += piece)
          expect([...reader.push(bytes.subarray(taken, taken + piece))]).toEqual([]);
      }).toThrow('an event of more than 4000 headers');
      expect(taken).toBeLessThan(65_536);
    },
  );

  it('takes an answer that is as long, and no event', () => {
    const reader = createFrameReader(() => ({ maxHeaderBytes: 1000, maxBodyBytes: 2_000_000 }));
    expect([...reader.push(Buffer.concat([headOf('api/response'), manyKeys]))]).toHaveLength(1);
  });
});
