import { describe, expect, it } from '@jest/globals';
import { advance, parsePosition } from '../../../src/store/replication/position.ts';

const day = 24 * 3_600_000;

describe('how far changes have been copied', () => {
  it('includes missing numbers, which are asked for again for a day of this process’s own time', () => {
    const seen = advance({ last: 5, gaps: [] }, [6, 9], 1_000);
    expect(seen).toEqual({ last: 9, gaps: [{ from: 7, to: 8, sinceMs: 1_000 }] });
    expect(advance(seen, [10], 1_000 + day - 1).gaps).toHaveLength(1);
    expect(advance(seen, [10], 1_000 + day).gaps).toEqual([]);
  });

  it('in an earlier run has its missing numbers asked for again, whatever the clock said then', () => {
    const stored = JSON.stringify({ last: 9, gaps: [{ from: 7, to: 8, sinceMs: 1_795_000_000_000 }] });
    expect(parsePosition(stored, 40)).toEqual({ last: 9, gaps: [{ from: 7, to: 8, sinceMs: 40 }] });
    expect(parsePosition(null, 40)).toBeNull();
  });
});
