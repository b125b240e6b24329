import type { SpokenRefusal } from '../words/outcome.ts';

/** What is asked for. */
export const asks = ['code', 'number', 'number-or-on-file', 'shortcut'] as const;
export type Ask = (typeof asks)[number];

/** The last words before a hangup. */
export const farewells = ['goodbye', 'busy', 'no-answer', 'cannot-be-completed', 'service-down'] as const;
export type Farewell = (typeof farewells)[number];

/**
 * One prompt: what is wrong with the last entry, if anything, and what to key now. In FreeSWITCH it is one phrase macro per
 * ask, whose argument picks the sentence about the refusal (freeswitch-conf, phrases).
 */
export type Prompt =
  | { kind: 'ask'; ask: Ask; refusal: SpokenRefusal | 'no-digits' | null; onFile?: string }
  | { kind: 'farewell'; farewell: Farewell; refusal: SpokenRefusal | null };

/**
 * The phrase that plays a prompt, as a file argument of FreeSWITCH applications: `phrase:billing_ask_code:code-unknown`.
 * It never contains a space: arguments of `play_and_get_digits` are split on them.
 */
export function phraseOf(prompt: Prompt): string {
  switch (prompt.kind) {
    case 'ask': {
      const refusal = prompt.refusal ?? 'first';
      const onFile = prompt.ask === 'number-or-on-file' ? `:${prompt.onFile ?? ''}` : '';
      return `phrase:billing_ask_${prompt.ask.replaceAll('-', '_')}:${refusal}${onFile}`;
    }
    case 'farewell':
      return `phrase:billing_farewell:${prompt.farewell}${prompt.refusal === null ? '' : `:${prompt.refusal}`}`;
  }
}
