import { describe, expect, it } from '@jest/globals';
import { createComplaints } from '../../../src/freeswitch/outbound/complaints.ts';

function harness() {
  const lines: string[] = [];
  let due: (() => void) | null = null;
  const complaints = createComplaints(
    { warn: (message, fields) => void lines.push(`${message} ${String(fields['peer'])}`) },
    {
      after(_ms, action) {
        due = action;
        return () => (due = null);
      },
    },
  );
  return { lines, complaints, later: () => due?.(), isWaiting: () => due !== null };
}

describe('complaints about peers', () => {
  it('are logged one by one while they are few, and counted where they are many', () => {
    const { lines, complaints, later } = harness();
    for (let peer = 1; peer <= 1000; peer += 1) complaints.warn('connection refused', { peer, why: 'x' });
    complaints.warn('connection ended', { peer: 7, why: 'y' });
    expect(lines).toHaveLength(51);
    later();
    expect(lines.slice(51)).toEqual(['connection refused, and 950 more in 10 s: the last 1000']);
    complaints.warn('connection refused', { peer: 1001, why: 'x' });
    expect(lines.at(-1)).toBe('connection refused 1001');
  });

  it('that were counted are told at the end', () => {
    const { lines, complaints, isWaiting } = harness();
    for (let peer = 1; peer <= 52; peer += 1) complaints.warn('connection refused', { peer, why: 'x' });
    complaints.end();
    expect(lines.at(-1)).toBe('connection refused, and 2 more in 10 s: the last 52');
    expect(isWaiting()).toBe(false);
  });
});
