import { parentPort, workerData, type MessagePort } from 'node:worker_threads';

/** The other end of `superviseThread`, as the thread's program sees it. */
export type InsideThread<Data, Received, Sent> = {
  data: Data;
  /** For who has to look into the port itself. */
  port: MessagePort;
  post: (message: Sent) => void;
  onMessage: (receive: (message: Received) => void) => void;
  /** The thread ends once nothing else keeps it. */
  close: () => void;
};

/** What a thread begins with; `starter`: the file that starts it. Throws where it is run in another way. */
export function insideThread<Data, Received, Sent>(starter: string): InsideThread<Data, Received, Sent> {
  const port = parentPort;
  if (port === null) throw new Error(`this program runs as a thread of its own: ${starter} starts it`);
  return {
    ...{ data: workerData as Data, port },
    post: (message) => port.postMessage(message),
    onMessage: (receive) => void port.on('message', receive),
    close: () => port.close(),
  };
}
