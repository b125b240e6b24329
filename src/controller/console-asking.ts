import { StoreError } from '../store/ports/store-error.ts';
import { createQuestions } from '../threads/questions.ts';
import type { ControllerPort } from '../web/parts.ts';
import type { ConsoleQuestion, ConsoleQuestions, ToConsole } from './console-messages.ts';

/** The same is asked at most so often, however many browsers want to know. */
const freshMs = 500;

type Asking = { port: ControllerPort; take(message: Extract<ToConsole, { kind: 'answer' | 'no-answer' }>): void };

/** Asks the thread that serves calls. */
export function createAsking(post: (question: ConsoleQuestion) => void): Asking {
  const questions = createQuestions<ConsoleQuestions[keyof ConsoleQuestions]['answer']>();
  const ask = <What extends keyof ConsoleQuestions>(what: What, about: ConsoleQuestions[What]['about']) =>
    questions.ask((id) => post({ kind: 'question', id, what, about } as ConsoleQuestion)) as Promise<
      ConsoleQuestions[What]['answer']
    >;
  const live = shared(() => ask('live', null));
  return {
    port: {
      live: live.answer,
      health: shared(() => ask('health', null)).answer,
      listening: shared(() => ask('listening', null)).answer,
      cutOff: (callId) => ask('cut-off', callId).finally(live.forget),
      // Whoever looks next sees it.
      setAccount: (wish) => ask('set-account', wish).finally(live.forget),
    },
    take(message) {
      if (message.kind === 'answer') questions.answer(message.id, message.answer);
      else questions.refuse(message.id, new StoreError('unavailable', message.why));
    },
  };
}

/** Whoever asks while an answer is under way, or fresh, gets that one. */
export function shared<T>(ask: () => Promise<T>, keptMs = freshMs): { answer: () => Promise<T>; forget: () => void } {
  let last: { answer: Promise<T>; sinceMs: number } | null = null;
  return {
    answer() {
      const nowMs = performance.now();
      if (last === null || nowMs - last.sinceMs > keptMs) last = { answer: ask(), sinceMs: nowMs };
      return last.answer;
    },
    forget: () => void (last = null),
  };
}
