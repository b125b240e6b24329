import type { MessagePort } from 'node:worker_threads';
import { StoreError } from '../ports/store-error.ts';
import type { FromWriter } from './messages.ts';
import { createPerformer, type Perform } from './performer.ts';

/** The writer of a file as another thread of the process sees it that starts it. */
export type SharedWriter = {
  perform: Perform;
  /** Resolves once the writer's thread is gone; there is a new port then where there is a new thread. */
  gone: Promise<void>;
  close(): void;
};

/** `port`: what the writer's `share` answered, in whatever thread. */
export function sharedWriter(port: MessagePort, file: string): SharedWriter {
  const gone = Promise.withResolvers<undefined>();
  const isGone = (): StoreError =>
    new StoreError(
      'unavailable',
      `The thread that writes ${file} is gone: what it had not confirmed is to be written again.`,
    );
  let closed = false;
  const operations = createPerformer((message) => {
    if (closed) throw isGone();
    port.postMessage(message);
  });
  port.on('message', (message: Extract<FromWriter, { kind: 'done' | 'failed' }>) => operations.settle(message));
  port.on('close', () => {
    closed = true;
    operations.rejectAll(isGone());
    gone.resolve(undefined);
  });
  return { perform: operations.perform, gone: gone.promise, close: () => port.close() };
}
