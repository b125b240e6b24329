import { describe, expect, it } from '@jest/globals';
import { onceADay, onceEachTime, onItsOwn } from '../../../src/store/replication/loops.ts';

/** A loop that fails as often as is said, and what became of it. */
async function ran(
  failures: number,
  check: () => Promise<void> = () => Promise.resolve(),
  lacking: string | null = null,
) {
  const [standing, pauses]: [(string | null)[], number[]] = [[], []];
  let tries = 0;
  let nowMs = 0;
  const run = (): Promise<void> => {
    tries += 1;
    nowMs += 10;
    return tries > failures ? Promise.resolve() : Promise.reject(new Error('a trigger says no'));
  };
  const tools = {
    ...{ check, monotonicMs: () => nowMs, isOver: () => false },
    onStanding: onceEachTime((_what, why) => void standing.push(why)),
    pause: (ms: number) => {
      pauses.push(ms);
      return Promise.resolve();
    },
  };
  await onItsOwn({ what: 'the ledger is not sent', run, lacks: () => Promise.resolve(lacking) }, tools);
  return { tries, standing, pauses };
}

describe('a loop of the link that fails while the server answers', () => {
  it('begins again after pauses that grow, and says what waits and why', async () => {
    expect(await ran(8)).toEqual({
      tries: 9,
      standing: ['a trigger says no', null],
      pauses: [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000],
    });
  });

  it('names the right that it lacks', async () => {
    const { standing } = await ran(1, undefined, 'GRANT INSERT ON dbo.LedgerTransfers');
    expect(standing).toEqual(['GRANT INSERT ON dbo.LedgerTransfers']);
  });

  it('ends with what the server lacks, where that is more than this', async () => {
    await expect(ran(1, () => Promise.reject(new Error('GRANT INSERT ON dbo.CallMonths')))).rejects.toThrow(
      'GRANT INSERT',
    );
  });
});

/** A loop of so many rounds of a second each, of which some fail, at a server that lacks a right for a while. */
async function rounds(count: number, fails: (round: number) => string | null, lacks: (nowMs: number) => string | null) {
  const told: string[] = [];
  let [nowMs, round] = [0, 0];
  await onItsOwn(
    {
      what: 'the ledger is not sent',
      lacks: () => Promise.resolve(lacks(nowMs)),
      async run(afterRound) {
        for (; round < count;) {
          round += 1;
          const why = fails(round);
          if (why !== null) throw new Error(why);
          await afterRound(1000);
        }
      },
    },
    {
      ...{ check: () => Promise.resolve(), monotonicMs: () => nowMs, isOver: () => false },
      onStanding: onceEachTime((_what, why) => void told.push(`${round}: ${why ?? 'goes on'}`)),
      pause: (ms) => Promise.resolve(void (nowMs += ms)),
    },
  );
  return told;
}

describe('what a loop of the link says of itself', () => {
  it('is that it is held up, and that it goes on, each time', async () => {
    const held = [3, 4, 8, 9];
    const told = await rounds(
      11,
      (round) => (held.includes(round) ? 'a lock' : null),
      () => null,
    );
    expect(told).toEqual(['1: goes on', '4: a lock', '5: goes on', '9: a lock', '10: goes on']);
  });

  it('is nothing where it fails once and goes on', async () => {
    const fails = (round: number): string | null => (round === 2 ? 'read ECONNRESET' : null);
    expect(await rounds(3, fails, () => null)).toEqual(['1: goes on']);
  });

  it('is that a right is lacking that nothing has needed so far, until it is given', async () => {
    const told = await rounds(
      120,
      () => null,
      (nowMs) => (nowMs < 45_000 ? 'GRANT UPDATE' : null),
    );
    expect(told).toEqual(['0: GRANT UPDATE', '61: goes on']);
  });
});

describe('a row that cannot be read', () => {
  it('is told of once a day, and again where it is wrong again', () => {
    const told: string[] = [];
    let nowMs = 0;
    const tell = onceADay((text) => void told.push(text), { monotonicMs: () => nowMs });
    for (let minute = 0; minute < 2 * 24 * 60; minute += 1) {
      tell('row 1');
      if (minute === 90) tell('row 2');
      nowMs += 60_000;
    }
    expect(told).toEqual(['row 1', 'row 2', 'row 1']);
  });
});
