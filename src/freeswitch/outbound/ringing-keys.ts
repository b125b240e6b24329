import type { Clock } from '../../words/clock.ts';

export type RingingKeysSettings = {
  /** How long an entry that may be complete waits for a further key. */
  completeMs: number;
  /** Between two keys of one entry. */
  digitMs: number;
};

/**
 * What a caller keys while the far end rings, or sends sound without having answered: FreeSWITCH tells of each key. Nobody has
 * asked for any, so an entry is what is keyed without a break.
 */
export type RingingKeys = {
  /** `heard`: the far end has heard it as well. */
  keyed(key: string, heard: boolean): void;
  /** An entry may go on, and has not been told yet: it will be. */
  isUnderWay(): boolean;
  /** Nobody rings any more. `unheard`: what the far end has not heard yet; `begun`: an entry that may go on. */
  stop(): { unheard: string; begun: string };
};

/** As slowly as people key one number; what is slower may answer one question of the far end after another. */
const keyMs = 1_000;

/** A telephone number is shorter, and somebody who plays with the keys is not kept count of. */
const maxKeys = 64;

export function createRingingKeys(
  { completeMs, digitMs }: RingingKeysSettings,
  clock: Pick<Clock, 'monotonicMs' | 'after'>,
  entered: (digits: string) => void,
): RingingKeys {
  let digits = '';
  let lastAtMs = 0;
  let gapMs = digitMs;
  let unheard = '';
  let isUnderWay = false;
  let cancel = (): void => undefined;
  const tell = (): void => {
    isUnderWay = false;
    entered(digits);
  };

  const isBroken = (): boolean => clock.monotonicMs() - lastAtMs > gapMs;

  return {
    keyed(key, heard) {
      cancel();
      gapMs = heard ? Math.min(digitMs, keyMs) : digitMs;
      if (isBroken()) digits = '';
      lastAtMs = clock.monotonicMs();
      if (!heard && unheard.length < maxKeys) unheard += key;
      if (key === '#') {
        // Whoever is told may stop at once: what is over has not begun.
        const entry = digits;
        digits = '';
        isUnderWay = false;
        entered(entry);
        return;
      }
      if (digits.length >= maxKeys) {
        // A call that is over does not wait for the last of them.
        tell();
        return;
      }
      digits += key;
      isUnderWay = true;
      cancel = clock.after(completeMs, tell);
    },
    isUnderWay: () => isUnderWay,
    stop() {
      cancel();
      const begun = isBroken() ? '' : digits;
      const all = { unheard, begun };
      isUnderWay = false;
      digits = '';
      unheard = '';
      return all;
    },
  };
}
