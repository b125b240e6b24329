import { describe, expect, it } from '@jest/globals';
import { onItsOwn } from '../../../src/store/replication/loops.ts';

/** A loop that fails as often as is said, and what became of it. */
async function ran(
  failures: number,
  check: () => Promise<void> = () => Promise.resolve(),
  lacking: string | null = null,
) {
  const [problems, pauses]: [string[], number[]] = [[], []];
  let tries = 0;
  let nowMs = 0;
  const run = (): Promise<void> => {
    tries += 1;
    nowMs += 10;
    return tries > failures ? Promise.resolve() : Promise.reject(new Error('a trigger says no'));
  };
  const tools = {
    ...{ check, onProblem: (text: string) => void problems.push(text), monotonicMs: () => nowMs, isOver: () => false },
    pause: (ms: number) => {
      pauses.push(ms);
      return Promise.resolve();
    },
  };
  await onItsOwn({ what: 'the ledger is not sent', run, lacks: () => Promise.resolve(lacking) }, tools);
  return { tries, problems: [...new Set(problems)], pauses };
}

describe('a loop of the link that fails while the server answers', () => {
  it('begins again after pauses that grow, and says what waits and why', async () => {
    expect(await ran(8)).toEqual({
      tries: 9,
      problems: ['the ledger is not sent until this is mended: a trigger says no'],
      pauses: [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000],
    });
  });

  it('names the right that it lacks', async () => {
    const { problems } = await ran(1, undefined, 'GRANT INSERT ON dbo.LedgerTransfers');
    expect(problems).toEqual(['the ledger is not sent until this is mended: GRANT INSERT ON dbo.LedgerTransfers']);
  });

  it('ends with what the server lacks, where that is more than this', async () => {
    await expect(ran(1, () => Promise.reject(new Error('GRANT INSERT ON dbo.CallMonths')))).rejects.toThrow(
      'GRANT INSERT',
    );
  });
});
