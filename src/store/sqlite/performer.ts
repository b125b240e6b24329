import { systemClock } from '../../words/clock.ts';
import { createQuestions } from '../../threads/questions.ts';
import { StoreError } from '../ports/store-error.ts';
import type { FromWriter, OperationMessage, Operations, SentError } from './messages.ts';

export type Perform = <Name extends keyof Operations>(
  name: Name,
  input: Operations[Name]['input'],
) => Promise<Operations[Name]['result']>;

export type Performer = {
  perform: Perform;
  /** Takes the writer's answer. */
  settle(message: Extract<FromWriter, { kind: 'done' | 'failed' }>): void;
  rejectAll(error: StoreError): void;
};

export const received = ({ code, message }: SentError): StoreError => new StoreError(code, message);

/** Has operations carried out by the writer's thread, over a channel of either kind. */
export function createPerformer(post: (message: OperationMessage) => void): Performer {
  const questions = createQuestions<Operations[keyof Operations]['result']>();
  return {
    perform: <Name extends keyof Operations>(name: Name, input: Operations[Name]['input']) =>
      questions.ask((id) => {
        const askedMs = systemClock.monotonicMs();
        post({ kind: 'operation', id, askedMs, name, input } as OperationMessage);
      }),
    settle(message) {
      if (message.kind === 'done') questions.answer(message.id, message.result);
      else questions.refuse(message.id, received(message.error));
    },
    rejectAll: (error) => questions.refuseAll(error),
  };
}
