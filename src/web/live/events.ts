import { Readable } from 'node:stream';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../words/clock.ts';
import type { Answer } from '../route.ts';

/** A connection is closed after so long; the browser comes again, and is asked again who it is. */
const longestMs = 60_000;

/** Sends the piece whenever it has changed, and nothing to a browser that has not taken what was sent before. */
export function eventStream(
  response: ServerResponse,
  { next, everyMs }: Extract<Answer, { kind: 'events' }>,
  clock: Clock,
): Readable {
  const beganMs = clock.monotonicMs();
  let last = '';
  let cancel = (): void => undefined;
  const stream = new Readable({ read: () => undefined });
  const end = (): void => {
    cancel();
    if (!stream.destroyed) stream.push(null);
  };
  const turn = async (): Promise<void> => {
    if (stream.destroyed || clock.monotonicMs() - beganMs > longestMs) {
      end();
      return;
    }
    if (stream.readableLength === 0 && !response.writableNeedDrain) {
      const text = (await next()).toString();
      if (text !== last) stream.push(`data: ${text.replaceAll('\n', '\ndata: ')}\n\n`);
      else stream.push(': nothing new\n\n');
      last = text;
    }
    cancel = clock.after(everyMs, () => void turn().catch(end));
  };
  response.on('close', end);
  void turn().catch(end);
  return stream;
}
