import type { SpokenRefusal } from '../words/outcome.ts';

/** What is asked for. */
export const asks = ['code', 'number', 'number-or-on-file', 'shortcut'] as const;
export type Ask = (typeof asks)[number];

/** The last words before a hangup. */
export const farewells = ['goodbye', 'busy', 'no-answer', 'cannot-be-completed', 'service-down'] as const;
export type Farewell = (typeof farewells)[number];

/** One prompt: what is wrong with the last entry, if anything, and what to key now; or the last words. */
export type Prompt =
  | { kind: 'ask'; ask: Ask; refusal: SpokenRefusal | 'no-digits' | null; onFile?: string }
  | { kind: 'farewell'; farewell: Farewell; refusal: SpokenRefusal | null };
