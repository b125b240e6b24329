/** How many wrong codes somebody can have looked up before the site notices, by its settings (docs/codes.md). */
export type GuessingBudget = {
  /** `guessing.siteLimit`; 0: nobody ever notices. */
  siteLimit: number;
};

/** One attack in so many may find a code. */
const oneAttackIn = 1_000;
/** Where nothing is counted: what one phone can try in a minute (issue 14's measurement). */
const unnoticedGuesses = 139_000;
/** Shorter ones are read over a shoulder. */
const shortest = 6;
const longest = 20;

/**
 * How many digits a code needs, so that the guesses of one attack find one of all codes at most once in 1,000 attacks: the smallest L with
 * `codes * guesses * 1000 <= 10^L`. Over all FreeSWITCHes twice `siteLimit` codes are looked up before it is noticed.
 */
export function lengthFor(codes: number, { siteLimit }: GuessingBudget): number {
  const guesses = siteLimit === 0 ? unnoticedGuesses : siteLimit * 2;
  const needed = BigInt(Math.max(1, codes)) * BigInt(guesses) * BigInt(oneAttackIn);
  let digits = shortest;
  while (digits < longest && 10n ** BigInt(digits) < needed) digits += 1;
  return digits;
}
