import { FrameError } from './frame-error.ts';

/** FreeSWITCH's longest events have about three hundred; a site's own variables add to them. */
const maximumKeys = 4_000;

/** `,"a":""`: no key takes fewer bytes. */
const shortestField = 7;

/** Inside of a value a quote has a backslash before it: each of these begins a key. */
const keyAfterComma = Buffer.from(',"');

const eventType = Buffer.from('Content-Type: text/event-');
const isEvent = (head: Buffer): boolean => head.includes(eventType);

/** Counts the keys of an event as its bytes come, at no byte twice: one with too many is not waited for. */
export type KeyCount = {
  /** A head has come, and `bodyBytes` of body follow it from here. */
  begin(head: Buffer, bodyBytes: number, from: number): void;
  /** Looks at what of the body has come. Throws a `FrameError`. */
  look(bytes: Buffer): void;
};

export function createKeyCount(): KeyCount {
  let keys = 0;
  /** Where to go on; null: nothing is to be counted. */
  let next: number | null = null;
  return {
    begin(head, bodyBytes, from) {
      keys = 1;
      // Counting costs more than all the rest of an event; those of FreeSWITCH are too short for so many.
      next = bodyBytes >= maximumKeys * shortestField && isEvent(head) ? from : null;
    },
    look(bytes) {
      if (next === null) return;
      for (let at = bytes.indexOf(keyAfterComma, next); at !== -1; at = bytes.indexOf(keyAfterComma, at + 2)) {
        keys += 1;
        next = at + 2;
        if (keys > maximumKeys) throw new FrameError(`an event of more than ${maximumKeys} headers`);
      }
      // The last byte may be the comma of a key that goes on.
      next = Math.max(next, bytes.length - 1);
    },
  };
}
