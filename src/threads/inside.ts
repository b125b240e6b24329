import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { noteLoaded, type Loading } from './loading.ts';

/** The other end of `superviseThread`, as the thread's program sees it. */
export type InsideThread<Data, Received, Sent> = {
  data: Data;
  /** For programs that read the port themselves. */
  port: MessagePort;
  post: (message: Sent) => void;
  onMessage: (receive: (message: Received) => void) => void;
  /** The thread ends once nothing else keeps it alive. */
  close: () => void;
};

/** What every thread is started with. */
export type StartData = { value: object; loading: Loading };

/**
 * The first call of a thread's program; `starter`: the file that starts the thread, `load`: loads the native code that it will need.
 * Throws outside a thread.
 */
export function insideThread<Data, Received, Sent>(
  starter: string,
  load: () => void = () => undefined,
): InsideThread<Data, Received, Sent> {
  const port = parentPort;
  if (port === null) throw new Error(`this program runs only as a thread: ${starter} starts it`);
  const { value, loading } = workerData as StartData;
  load();
  noteLoaded(loading);
  return {
    ...{ data: value as Data, port },
    post: (message) => port.postMessage(message),
    onMessage: (receive) => void port.on('message', receive),
    close: () => port.close(),
  };
}
