import { everyPhone, type PhoneLock } from '../../words/phone-lock.ts';
import * as phones from './phones.ts';
import { warier, warinessAt, type GuessSettings, type Wariness } from './settings.ts';
import { createSuspects, type Suspects } from './suspects.ts';

/** A code that somebody has keyed. */
export type CodeEntry = {
  /** The calling phone, in one spelling. */
  phone: string;
  /** Name of the switch. */
  trunk: string;
  code: string;
  /** By a clock that nobody sets, as are all times here: a lock is good for its time, whatever becomes of this machine's clock. */
  nowMs: number;
};

/** What becomes of an entry. */
export type Attempt =
  /** It is not looked up: the caller is told that the code is wrong. */
  | { kind: 'locked'; waitMs: number }
  | {
      kind: 'open';
      /** How long the caller waits for the answer, be it right or wrong. */
      waitMs: number;
      /** Whether the code was good. `withheld`: the caller is told no more than that it is wrong. */
      judge(right: boolean, nowMs: number): 'stands' | 'withheld';
      /** Nobody knows whether it was. */
      drop(): void;
    };

export type GuessNews =
  | { kind: 'phone-locked'; lock: PhoneLock; trunk: string }
  | { kind: 'wariness'; trunk: string; is: Wariness; was: Wariness; wrongCodes: number };

/**
 * Tells people who mistype from people who try codes. Wrong codes are counted for each phone, each switch and all together; those
 * that a slip explains, since the right code soon comes from the same phone, are not. All of it is in memory, and takes a time that
 * does not grow with phones or calls.
 */
export type GuessGuard = {
  enter(entry: CodeEntry): Attempt;
  /** Ends a phone’s lock and forgets its wrong codes; of every phone: all wrong codes, and no lock. */
  release(phone: string): void;
  /** A lock from elsewhere: another controller’s, or an earlier run’s. Its times are of the clock of `CodeEntry`. */
  keepLocked(lock: PhoneLock): void;
};

/** Who keys faster than answers come, in several calls at once, gets none. */
const maximumWaitMs = 20_000;
/** Whoever goes on keying codes at a locked phone is in no hurry. */
const lockedWaitMs = 2_000;
/** Where codes are being tried from everywhere, a phone that has not called with a code of late has few tries. */
const triesWhereStrict = 4;

type Guard = {
  readonly settings: GuessSettings;
  readonly phones: phones.Phones;
  readonly suspects: Suspects;
  /** What people were last told of each switch; none: `calm`. */
  readonly told: Map<string, Wariness>;
  readonly tell: (news: GuessNews) => void;
  /** Until then no switch is less wary than `strict`: so another controller has it. */
  strictUntilMs: number;
};

/** `tell` is called while an entry is being judged, and must not throw. */
export function createGuessGuard(settings: GuessSettings, tell: (news: GuessNews) => void): GuessGuard {
  const guard: Guard = {
    ...{ settings, tell, phones: phones.createPhones(), suspects: createSuspects(), told: new Map(), strictUntilMs: 0 },
  };
  return {
    enter: (entry) => enter(guard, entry),
    release(name) {
      if (name === everyPhone) {
        guard.strictUntilMs = 0;
        guard.suspects.forget(Number.POSITIVE_INFINITY);
        return;
      }
      const phone = guard.phones.known(name);
      if (phone !== undefined) phones.pardon(phone).forEach(guard.suspects.remove);
    },
    keepLocked({ phone, ...lock }) {
      if (phone === everyPhone) guard.strictUntilMs = Math.max(guard.strictUntilMs, lock.untilMs);
      else phones.lockFor(guard.phones.of(phone), lock);
    },
  };
}

function enter(guard: Guard, entry: CodeEntry): Attempt {
  const { nowMs, trunk } = entry;
  forget(guard, nowMs);
  const phone = guard.phones.of(entry.phone);
  const waitMs = phones.waitOf(phone, nowMs);
  const isTooMany = phones.weightOf(phone) + phone.underWay >= limitFor(guard, phone, trunk, nowMs);
  if (phones.isLocked(phone, nowMs) || isTooMany || waitMs > maximumWaitMs) {
    // Somebody goes on trying: how wary to be depends on that, too.
    guard.suspects.add({ phone: entry.phone, trunk, code: entry.code, atMs: nowMs, kind: 'new' });
    tellLevel(guard, trunk);
    return { kind: 'locked', waitMs: Math.min(Math.max(waitMs, lockedWaitMs), maximumWaitMs) };
  }
  phone.underWay += 1;
  return {
    kind: 'open',
    waitMs,
    judge(right, judgedMs) {
      phone.underWay -= 1;
      forget(guard, judgedMs);
      return right ? judgeRight(guard, entry, phone, judgedMs) : judgeWrong(guard, entry, phone, judgedMs);
    },
    drop() {
      phone.underWay -= 1;
    },
  };
}

function judgeRight(guard: Guard, entry: CodeEntry, phone: phones.Phone, nowMs: number): 'stands' | 'withheld' {
  if (!standsUp(guard, entry, phone, nowMs)) return 'withheld';
  phones.remember(phone, entry.code).forEach(guard.suspects.remove);
  tellLevel(guard, entry.trunk);
  return 'stands';
}

/** The code is right: is it also good enough, from this phone and at this time? */
function standsUp(guard: Guard, { trunk, code }: CodeEntry, phone: phones.Phone, nowMs: number): boolean {
  if (phones.isLocked(phone, nowMs)) return false;
  if (phone.familiar.includes(code)) return true;
  const level = warier(levelFor(guard, trunk, nowMs), phones.isOnProbation(phone, nowMs) ? 'strict' : 'calm');
  switch (level) {
    case 'calm':
      return true;
    case 'guarded': {
      const isExplained = phones.explainedBy(phone, code).length === phone.suspects.length;
      return isExplained || phones.confirm(phone, code, nowMs);
    }
    case 'strict':
      return phones.confirm(phone, code, nowMs);
    case 'shut':
      return false;
  }
}

function judgeWrong(guard: Guard, entry: CodeEntry, phone: phones.Phone, nowMs: number): 'stands' | 'withheld' {
  const { suspects, settings, tell } = guard;
  const { trunk, code, phone: name } = entry;
  const isCalm = levelFor(guard, trunk, nowMs) === 'calm';
  const kind = phones.kindOf(phone, code);
  phone.suspects.push(suspects.add({ phone: name, trunk, code, atMs: nowMs, kind }));
  if (Number.isFinite(settings.phoneLimit)) phones.slowDown(phone, nowMs);
  tellLevel(guard, trunk);
  if (phones.weightOf(phone) >= limitFor(guard, phone, trunk, nowMs)) {
    const lock = phones.lock(phone, nowMs, settings);
    tell({ kind: 'phone-locked', lock: { phone: name, ...lock }, trunk });
  }
  return isCalm ? 'stands' : 'withheld';
}

function levelFor(guard: Guard, trunk: string, nowMs: number): Wariness {
  return warier(ownLevel(guard, trunk), nowMs < guard.strictUntilMs ? 'strict' : 'calm');
}

/** By what was keyed here. */
function ownLevel({ suspects, settings }: Guard, trunk: string): Wariness {
  const { count, repeated } = suspects.ofAll();
  // Over all switches, twice as many are as bad.
  const overall = warinessAt({ count: count / 2, repeated: repeated / 2 }, settings);
  return warier(warinessAt(suspects.of(trunk), settings), overall);
}

function limitFor(guard: Guard, { familiar }: phones.Phone, trunk: string, nowMs: number): number {
  const { phoneLimit } = guard.settings;
  const level = levelFor(guard, trunk, nowMs);
  const isStranger = familiar.length === 0 && (level === 'strict' || level === 'shut');
  return isStranger ? Math.min(phoneLimit, triesWhereStrict) : phoneLimit;
}

function tellLevel(guard: Guard, trunk: string): void {
  const { told, suspects, tell } = guard;
  const is = ownLevel(guard, trunk);
  const was = told.get(trunk) ?? 'calm';
  if (is === was) return;
  if (is === 'calm') told.delete(trunk);
  else told.set(trunk, is);
  tell({ kind: 'wariness', trunk, is, was, wrongCodes: Math.round(suspects.of(trunk).count) });
}

function forget({ suspects, settings }: Guard, nowMs: number): void {
  suspects.forget(nowMs - settings.windowMs);
}
