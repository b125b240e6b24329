import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { supersedes } from '../../src/cdr/closing.ts';
import { closers } from '../../src/cdr/record.ts';

const closed = fc.record({
  closedBy: fc.constantFrom(...closers),
  estimated: fc.boolean(),
  endedAtMs: fc.integer({ min: 1, max: 5 }),
});
const open = { closedBy: null, estimated: false, endedAtMs: null };

describe('what takes the place of a closed record', () => {
  it('never goes in circles: of two, at most one takes the place of the other, and none its own', () => {
    fc.assert(
      fc.property(closed, closed, (one, other) => {
        expect(supersedes(one, other) && supersedes(other, one)).toBe(false);
        expect(supersedes(one, one)).toBe(false);
      }),
    );
  });

  it('comes out the same whatever the order in which closers come', () => {
    fc.assert(
      fc.property(fc.array(closed, { minLength: 1, maxLength: 6 }), (arrivals) => {
        const last = (items: typeof arrivals) =>
          items.reduce((stored, next) => (supersedes(next, stored) ? next : stored));
        const quality = ({ closedBy, estimated, endedAtMs }: (typeof arrivals)[number]): string =>
          closedBy === 'event'
            ? 'event'
            : JSON.stringify([closedBy, estimated || closedBy === 'controller', endedAtMs]);
        const [forwards, backwards] = [last(arrivals), last([...arrivals].reverse())];
        if (forwards.estimated || forwards.closedBy === 'controller')
          expect(quality(backwards)).toBe(quality(forwards));
        else expect(backwards.closedBy).toBe(forwards.closedBy);
      }),
    );
  });

  it('is never an event’s record, and any other gives way to a call that is up again', () => {
    for (const closedBy of closers) {
      const stored = { closedBy, estimated: closedBy !== 'event', endedAtMs: 1 };
      expect(supersedes(open, stored)).toBe(closedBy !== 'event');
      expect(supersedes({ ...stored, closedBy: 'event', estimated: false }, stored)).toBe(closedBy !== 'event');
      expect(supersedes(stored, open)).toBe(true);
    }
  });
});
