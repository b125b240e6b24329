import { expect, test } from '@jest/globals';
import { judge } from '../../../scripts/fences/judge.ts';

const breach = { import: 'src/call/a.ts → src/cli/b.ts', why: 'call may import words' };

test('a breach is reported with its reason', () => {
  expect(judge([breach], [])).toEqual(['src/call/a.ts → src/cli/b.ts: call may import words']);
});

test('a breach that is known is not reported', () => {
  expect(judge([breach], [breach.import])).toEqual([]);
});

test('an entry of the list of known breaches that has become superfluous is reported', () => {
  expect(judge([], [breach.import])).toEqual([
    'src/call/a.ts → src/cli/b.ts: no breach any more; take it out of scripts/fences/not-yet.ts',
  ]);
});
