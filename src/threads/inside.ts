import { parentPort, workerData, type MessagePort } from 'node:worker_threads';

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

/** The first call of a thread's program; `starter`: the file that starts the thread. Throws outside a thread. */
export function insideThread<Data, Received, Sent>(starter: string): InsideThread<Data, Received, Sent> {
  const port = parentPort;
  if (port === null) throw new Error(`this program runs only as a thread: ${starter} starts it`);
  return {
    ...{ data: workerData as Data, port },
    post: (message) => port.postMessage(message),
    onMessage: (receive) => void port.on('message', receive),
    close: () => port.close(),
  };
}
