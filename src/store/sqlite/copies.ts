import type { StoreError } from '../ports/store-error.ts';
import type { FromWriter, ToWriter } from './messages.ts';
import { received } from './performer.ts';

/** Copies of the file that were asked of the writer's thread and are not answered yet. */
export type Copies = {
  /** Resolves once the copy is whole and durable. */
  copyTo(file: string): Promise<void>;
  settle(message: Extract<FromWriter, { kind: 'copied' }>): void;
  rejectAll(error: StoreError): void;
};

export function createCopies(post: (message: Extract<ToWriter, { kind: 'copy' }>) => void): Copies {
  let asked: { to: string; resolve: (value: undefined) => void; reject: (error: StoreError) => void }[] = [];
  return {
    async copyTo(to) {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      asked.push({ to, resolve, reject });
      post({ kind: 'copy', to });
      await promise;
    },
    settle({ to, error }) {
      const answered = asked.filter((one) => one.to === to);
      asked = asked.filter((one) => one.to !== to);
      for (const { resolve, reject } of answered) {
        if (error === null) resolve(undefined);
        else reject(received(error));
      }
    },
    rejectAll(error) {
      for (const { reject } of asked.splice(0)) reject(error);
    },
  };
}
