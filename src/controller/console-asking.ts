import type { ControllerPort } from '../web/parts.ts';
import type { ConsoleQuestion, ConsoleQuestions, ToConsole } from './console-messages.ts';

/** The same is asked at most so often, however many browsers want to know. */
const freshMs = 500;

type Asking = { port: ControllerPort; take(message: Extract<ToConsole, { kind: 'answer' }>): void };

/** Asks the thread that serves calls. */
export function createAsking(post: (question: ConsoleQuestion) => void): Asking {
  const waiting = new Map<number, (answer: never) => void>();
  let lastId = 0;
  const ask = <What extends keyof ConsoleQuestions>(what: What, about: ConsoleQuestions[What]['about']) =>
    new Promise<ConsoleQuestions[What]['answer']>((resolve) => {
      lastId += 1;
      waiting.set(lastId, resolve);
      post({ kind: 'question', id: lastId, what, about } as ConsoleQuestion);
    });
  return {
    port: {
      live: shared(() => ask('live', null)),
      health: shared(() => ask('health', null)),
      listening: shared(() => ask('listening', null)),
      cutOff: (callId) => ask('cut-off', callId),
    },
    take({ id, answer }) {
      waiting.get(id)?.(answer as never);
      waiting.delete(id);
    },
  };
}

/** Whoever asks while an answer is under way, or fresh, gets that one. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let last: { answer: Promise<T>; sinceMs: number } | null = null;
  return () => {
    const nowMs = performance.now();
    if (last === null || nowMs - last.sinceMs > freshMs) last = { answer: ask(), sinceMs: nowMs };
    return last.answer;
  };
}
