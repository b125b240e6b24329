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
  type Settle = {
    resolve: (result: Operations[keyof Operations]['result']) => void;
    reject: (error: StoreError) => void;
  };
  const asked = new Map<number, Settle>();
  let lastId = 0;
  const taken = (id: number): Settle | undefined => {
    const settle = asked.get(id);
    asked.delete(id);
    return settle;
  };
  return {
    perform: <Name extends keyof Operations>(name: Name, input: Operations[Name]['input']) =>
      new Promise<Operations[Name]['result']>((resolve, reject) => {
        lastId += 1;
        asked.set(lastId, { resolve: (result) => resolve(result), reject });
        post({ kind: 'operation', id: lastId, name, input } as OperationMessage);
      }),
    settle(message) {
      if (message.kind === 'done') taken(message.id)?.resolve(message.result);
      else taken(message.id)?.reject(received(message.error));
    },
    rejectAll(error) {
      const waiting = [...asked.values()];
      asked.clear();
      for (const { reject } of waiting) reject(error);
    },
  };
}
