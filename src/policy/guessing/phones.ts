import { keepLatest } from '../latest.ts';
import { isNear } from './near.ts';
import type { GuessSettings } from './settings.ts';
import type { Suspect } from './suspects.ts';

/** What one phone has keyed of late. */
export type Phone = {
  /** Codes that were good from here, the last used last. */
  familiar: string[];
  suspects: Suspect[];
  /** Entries that are being looked up. */
  underWay: number;
  /** What is keyed here gets no answer until then. `sinceMs`: when that was set, or seen last. */
  busy: { sinceMs: number; untilMs: number };
  /** A right code that must be keyed once more. */
  onceKeyed: { code: string; atMs: number } | null;
  lock: { sinceMs: number; untilMs: number } | null;
  /** How many locks there were, one after another. */
  locks: number;
};

const maximumFamiliar = 20;
/** More are not kept: the one that called least recently is forgotten first. */
const maximumPhones = 50_000;
/** A pause between two entries grows from one second to this. */
const maximumPauseMs = 8_000;
/** So many wrong codes bring no pause. */
const freeTries = 2;
/** Without a wrong code for so long, a phone’s next lock is its first. */
const forgivenAfterMs = 24 * 3_600_000;
/** So long a right code that must be keyed twice is remembered. */
const twiceWithinMs = 5 * 60_000;

export type Phones = {
  of(name: string): Phone;
  known(name: string): Phone | undefined;
};

export function createPhones(): Phones {
  const phones = new Map<string, Phone>();
  return {
    of(name) {
      const phone = phones.get(name) ?? newPhone();
      keepLatest(phones, name, phone, maximumPhones);
      return phone;
    },
    known: (name) => phones.get(name),
  };
}

const newPhone = (): Phone => ({
  ...{
    familiar: [],
    suspects: [],
    underWay: 0,
    busy: { sinceMs: 0, untilMs: 0 },
    onceKeyed: null,
    lock: null,
    locks: 0,
  },
});

/** What the wrong codes of a phone count for. */
export function weightOf(phone: Phone): number {
  phone.suspects = phone.suspects.filter(({ counts }) => counts);
  return phone.suspects.reduce((sum, { weight }) => sum + weight, 0);
}

export const isLocked = ({ lock }: Phone, nowMs: number): boolean => lock !== null && nowMs < lock.untilMs;

/** It was locked not long ago. */
export const isOnProbation = ({ lock }: Phone, nowMs: number): boolean =>
  lock !== null && nowMs - lock.untilMs <= forgivenAfterMs;

/** What kind of mistake a wrong code is. */
export function kindOf({ familiar, suspects }: Phone, code: string): Suspect['kind'] {
  if (familiar.some((known) => isNear(known, code))) return 'slip';
  return suspects.some((suspect) => suspect.code === code) ? 'repeated' : 'new';
}

/** The wrong codes that this one explains. */
export const explainedBy = ({ suspects }: Phone, code: string): Suspect[] =>
  suspects.filter((suspect) => isNear(suspect.code, code));

/** A right code that must be keyed twice: answers whether it has been, and notes the first time. */
export function confirm(phone: Phone, code: string, nowMs: number): boolean {
  const { onceKeyed } = phone;
  if (onceKeyed?.code === code && nowMs - onceKeyed.atMs <= twiceWithinMs) return true;
  phone.onceKeyed = { code, atMs: nowMs };
  return false;
}

/** The code was good from here: what was nearly it, was meant to be it. Answers what is explained by it. */
export function remember(phone: Phone, code: string): Suspect[] {
  phone.familiar = [...phone.familiar.filter((known) => known !== code), code].slice(-maximumFamiliar);
  phone.onceKeyed = null;
  return explainedBy(phone, code);
}

/** How long what is keyed now waits for its answer. A clock that was set back makes that no longer. */
export function waitOf(phone: Phone, nowMs: number): number {
  const { sinceMs, untilMs } = phone.busy;
  if (untilMs === 0) return 0;
  const waitMs = Math.max(0, untilMs - Math.max(sinceMs, nowMs));
  phone.busy = { sinceMs: nowMs, untilMs: nowMs + waitMs };
  return waitMs;
}

/** After a wrong code: how long the next one waits. */
export function slowDown(phone: Phone, nowMs: number): void {
  const wrong = phone.suspects.length;
  if (wrong <= freeTries) return;
  const pauseMs = Math.min(1_000 * 2 ** (wrong - freeTries - 1), maximumPauseMs);
  phone.busy = { sinceMs: nowMs, untilMs: nowMs + waitOf(phone, nowMs) + pauseMs };
}

/** Each lock takes twice as long as the one before. */
export function lock(
  phone: Phone,
  nowMs: number,
  { lockMs, maximumLockMs }: GuessSettings,
): NonNullable<Phone['lock']> {
  if (!isOnProbation(phone, nowMs)) phone.locks = 0;
  const lasting = { sinceMs: nowMs, untilMs: nowMs + Math.min(lockMs * 2 ** phone.locks, maximumLockMs) };
  phone.lock = lasting;
  phone.locks += 1;
  phone.onceKeyed = null;
  // The phone has been punished for them; those who look at all phones go on counting them.
  phone.suspects = [];
  return lasting;
}

/** It was locked elsewhere; of two locks the longer one counts. */
export function lockFor(phone: Phone, lock: NonNullable<Phone['lock']>): void {
  if (phone.lock !== null && phone.lock.untilMs >= lock.untilMs) return;
  phone.lock = lock;
  phone.locks += 1;
}

/** An administrator knows better. Answers what no longer counts. */
export function pardon(phone: Phone): Suspect[] {
  const { suspects } = phone;
  Object.assign(phone, { suspects: [], lock: null, locks: 0, busy: { sinceMs: 0, untilMs: 0 }, onceKeyed: null });
  return suspects;
}
