import { StoreError } from '../store/ports/store-error.ts';
import type { ControllerPort } from '../web/parts.ts';
import type { ConsoleQuestion, ConsoleQuestions, ToConsole } from './console-messages.ts';

/** The same is asked at most so often, however many browsers want to know. */
const freshMs = 500;

type Asking = { port: ControllerPort; take(message: Extract<ToConsole, { kind: 'answer' | 'no-answer' }>): void };

/** Asks the thread that serves calls. */
export function createAsking(post: (question: ConsoleQuestion) => void): Asking {
  const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  const ask = <What extends keyof ConsoleQuestions>(what: What, about: ConsoleQuestions[What]['about']) =>
    new Promise<ConsoleQuestions[What]['answer']>((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      post({ kind: 'question', id: lastId, what, about } as ConsoleQuestion);
    });
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
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.kind === 'answer') asked?.resolve(message.answer as never);
      else asked?.reject(new StoreError('unavailable', message.why));
    },
  };
}

/** Whoever asks while an answer is under way, or fresh, gets that one. */
function shared<T>(ask: () => Promise<T>): { answer: () => Promise<T>; forget: () => void } {
  let last: { answer: Promise<T>; sinceMs: number } | null = null;
  return {
    answer() {
      const nowMs = performance.now();
      if (last === null || nowMs - last.sinceMs > freshMs) last = { answer: ask(), sinceMs: nowMs };
      return last.answer;
    },
    forget: () => void (last = null),
  };
}
