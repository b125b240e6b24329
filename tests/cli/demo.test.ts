import { describe, expect, it } from '@jest/globals';
import { run } from './run.ts';

type DemoDocument = {
  calls: { entry: string; keyed: string; outcome: string; reason: string | null; record: object }[];
};

describe('billing-codes demo', () => {
  it('ends every call exactly as keyed', async () => {
    const { code, stdout, stderr } = await run(['demo', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { calls } = JSON.parse(stdout) as DemoDocument;
    expect(calls.map(({ entry, keyed, outcome, reason }) => [entry, keyed, outcome, reason])).toEqual([
      ['prompted', '12345# 8016424655#', 'answered', null],
      ['shortcut', '12345**8016424655#', 'answered', null],
      ['direct', '12345#', 'answered', null],
      ['shortcut', '22222#', 'answered', null],
      ['shortcut', '99999**8016424655# 12345#', 'answered', null],
      ['shortcut', '33333**555# 555# 555#', 'refused', 'number-too-short'],
      ['shortcut', '33333**011442079460958# 011442079460958# 011442079460958#', 'refused', 'number-too-long'],
      ['prompted', '33333# 9005551234# 19005551234# 01119005551234#', 'refused', 'number-blocked'],
      ['shortcut', '12345**8016424655#', 'busy', null],
      ['shortcut', '12345**8016424655#', 'no-answer', null],
      ['prompted', '123', 'abandoned', 'caller-hung-up'],
    ]);
    expect(calls[0]?.record).toMatchObject({
      calledE164: '+18016424655',
      accountName: 'Smith & Co',
      callType: 'national',
    });
  });
});
