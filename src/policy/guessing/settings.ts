/** How many wrong codes are too many. Of those that one slip of the finger explains, none is counted. */
export type GuessSettings = {
  /** Wrong codes of one phone, within the window, after which it is locked; infinite: it never is, nor is it slowed down. */
  phoneLimit: number;
  /**
   * Wrong codes of one switch, within the window, from which on a code that is new to a phone must be keyed twice; of all switches,
   * twice as many.
   */
  siteLimit: number;
  /** How long a wrong code counts, in milliseconds. */
  windowMs: number;
  /** How long the first lock of a phone lasts; each further one, twice as long as the one before. */
  lockMs: number;
  maximumLockMs: number;
};

/** What is asked of a right code, besides that it is right. */
export const wariness = ['calm', 'guarded', 'strict', 'shut'] as const;
/**
 * `calm`: nothing. `guarded`: from a phone that has keyed wrong codes, a code that is new to it must be keyed twice. `strict`: from any
 * phone. `shut`: only codes that the phone has used before are good. Nobody who guesses keys a wrong code twice but who knows of this:
 * against them is `shut`.
 */
export type Wariness = (typeof wariness)[number];

/** Of `siteLimit`: the share at which phones with wrong codes are looked at more closely. */
const guardedShare = 3 / 8;

export type WrongCodes = {
  count: number;
  /** Those of them that the same phone keyed twice. */
  repeated: number;
};

export function warinessAt({ count, repeated }: WrongCodes, { siteLimit }: GuessSettings): Wariness {
  if (repeated >= siteLimit) return 'shut';
  if (count >= siteLimit) return 'strict';
  return count >= siteLimit * guardedShare ? 'guarded' : 'calm';
}

export const warier = (one: Wariness, other: Wariness): Wariness =>
  wariness.indexOf(one) >= wariness.indexOf(other) ? one : other;
