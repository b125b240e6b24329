import { neighbours } from './near.ts';
import type { WrongCodes } from './settings.ts';

/** A code that was wrong, and that no slip of the finger explains, or has not yet. */
export type Suspect = WrongCode & {
  /** How many wrong codes it counts for. */
  readonly weight: number;
  /** False: explained, or too old. */
  counts: boolean;
};

export type WrongCode = {
  readonly phone: string;
  /** Name of the switch that it came over. */
  readonly trunk: string;
  readonly code: string;
  readonly atMs: number;
  /** `slip`: nearly one that the phone has used before. `repeated`: the phone has keyed it before. */
  readonly kind: 'slip' | 'new' | 'repeated';
};

/** The wrong codes of all phones that still count. Adding one and forgetting old ones cost the same, however many there are. */
export type Suspects = {
  readonly add: (wrong: WrongCode) => Suspect;
  readonly remove: (suspect: Suspect) => void;
  /** Forgets those from before this moment. */
  readonly forget: (beforeMs: number) => void;
  of(trunk: string): WrongCodes;
  ofAll(): WrongCodes;
};

/** Codes tried in turn, or one code from more than one phone, are no slips: each counts twice. */
const patternWeight = 2;
const slipWeight = 0.25;

/** More are not kept: the oldest is forgotten first. */
const maximumSuspects = 50_000;
/** Of the phones that keyed one code, so many are kept. */
const maximumPhonesOfCode = 8;

const none: WrongCodes = { count: 0, repeated: 0 };

export function createSuspects(): Suspects {
  const queue = new Map<number, Suspect>();
  const byTrunk = new Map<string, WrongCodes>();
  const byCode = createPhonesByCode();
  let total = none;
  let lastId = 0;

  function count(suspect: Suspect, sign: 1 | -1): void {
    total = changed(total, suspect, sign);
    const trunk = changed(byTrunk.get(suspect.trunk) ?? none, suspect, sign);
    if (trunk.count === 0) byTrunk.delete(suspect.trunk);
    else byTrunk.set(suspect.trunk, trunk);
  }

  function remove(suspect: Suspect): void {
    if (!suspect.counts) return;
    suspect.counts = false;
    count(suspect, -1);
    byCode.remove(suspect);
  }

  function forgetWhile(isOver: (oldest: Suspect) => boolean): void {
    for (const [id, oldest] of queue) {
      if (oldest.counts && !isOver(oldest)) break;
      remove(oldest);
      queue.delete(id);
    }
  }

  return {
    add(wrong) {
      const suspect: Suspect = { ...wrong, weight: weightOf(wrong, byCode.isPattern(wrong)), counts: true };
      count(suspect, 1);
      byCode.add(suspect);
      queue.set((lastId += 1), suspect);
      forgetWhile(() => queue.size > maximumSuspects);
      return suspect;
    },
    remove,
    forget: (beforeMs) => forgetWhile(({ atMs }) => atMs < beforeMs),
    of: (trunk) => byTrunk.get(trunk) ?? none,
    ofAll: () => total,
  };
}

function changed({ count, repeated }: WrongCodes, { weight, kind }: Suspect, sign: 1 | -1): WrongCodes {
  return { count: count + sign * weight, repeated: repeated + (kind === 'repeated' ? sign : 0) };
}

function weightOf({ kind }: WrongCode, isPattern: boolean): number {
  if (kind === 'slip') return slipWeight;
  return isPattern ? patternWeight : 1;
}

function createPhonesByCode() {
  const phonesOf = new Map<string, readonly string[]>();
  return {
    add({ code, phone }: WrongCode): void {
      phonesOf.set(code, [...(phonesOf.get(code) ?? []), phone].slice(-maximumPhonesOfCode));
    },
    remove({ code, phone }: WrongCode): void {
      const phones = phonesOf.get(code) ?? [];
      const place = phones.indexOf(phone);
      if (place === -1) return;
      if (phones.length === 1) phonesOf.delete(code);
      else phonesOf.set(code, phones.toSpliced(place, 1));
    },
    isPattern: ({ code, phone }: WrongCode): boolean =>
      (phonesOf.get(code) ?? []).some((other) => other !== phone) ||
      neighbours(code).some((next) => phonesOf.has(next)),
  };
}
