import type { SpokenRefusal } from '../words/outcome.ts';

/** What is asked for in digits. */
export const asks = ['authorization', 'code', 'number', 'number-or-on-file', 'shortcut'] as const;
export type Asked = (typeof asks)[number];

/** What an entry is for. */
export type Ask =
  | Asked
  /** `1`: the call is wanted at this price. */
  | 'confirmation'
  /** Nothing: the caller is told something. A key cuts that short; with or without one the call is placed, unless an emergency number is keyed. */
  | 'going-on'
  /** Nothing: the call is over, but for an emergency number. */
  | 'farewell';

/** The last words before a hangup. */
export const farewells = ['goodbye', 'busy', 'no-answer', 'cannot-be-completed', 'service-down'] as const;
export type Farewell = (typeof farewells)[number];

/** Money as it is told: a decimal, and an ISO 4217 code. */
export type ToldMoney = { amount: string; currency: string };

/** What a caller is told before the call is placed. */
export type Announcement = {
  /** Of the first minute; the call is placed only once the caller confirms it. Null: nothing is to be confirmed. */
  price: ToldMoney | null;
  /** What a prepaid account has left, before this call; null: that is not told. */
  balance: ToldMoney | null;
};

/** One prompt: what is wrong with the last entry, if anything, and what to key now; what the caller is told; or the last words. */
export type Prompt =
  | { kind: 'ask'; ask: Asked; refusal: SpokenRefusal | 'no-digits' | null; onFile?: string }
  | { kind: 'announce'; announcement: Announcement }
  | { kind: 'farewell'; farewell: Farewell; refusal: SpokenRefusal | null };
