import type { MessagePort } from 'node:worker_threads';
import type { Config } from '../config/schema.ts';
import type { Listening, ShownSetting } from '../web/parts.ts';
import type { Health } from '../web/health.ts';
import type { AccountSetByHand, AccountWish, EndedByHand, LiveCall } from '../words/live-call.ts';

/** What the thread of the web console and the one that serves calls tell each other: only answers to questions, one at a time. */

export type ConsoleThreadData = {
  config: Config;
  settings: readonly ShownSetting[];
  /** The local file. */
  file: string;
  /** What the store's `shareWriter` answered. */
  writer: MessagePort;
};

/** What it asks, and what it is answered. */
export type ConsoleQuestions = {
  live: { about: null; answer: readonly LiveCall[] };
  health: { about: null; answer: Health };
  listening: { about: null; answer: Listening | null };
  'cut-off': { about: string; answer: EndedByHand };
  'set-account': { about: AccountWish; answer: AccountSetByHand };
};

export type ConsoleQuestion = {
  [What in keyof ConsoleQuestions]: {
    kind: 'question';
    id: number;
    what: What;
    about: ConsoleQuestions[What]['about'];
  };
}[keyof ConsoleQuestions];

export type ToConsole =
  | { kind: 'answer'; id: number; answer: ConsoleQuestions[keyof ConsoleQuestions]['answer'] }
  /** It could not be answered. */
  | { kind: 'no-answer'; id: number; why: string }
  | { kind: 'stop' };

export type FromConsole =
  | ConsoleQuestion
  | { kind: 'listening'; host: string; port: number }
  /** The path by which the first administrator is made. */
  | { kind: 'first-run'; path: string }
  | { kind: 'problem'; text: string };
