/** A thread that answers with what it was told, until it is told otherwise. */
import { workerData } from 'node:worker_threads';
import { insideThread, type StartData } from '../../src/threads/inside.ts';

type Told = 'echo' | 'die' | 'exit' | 'stop' | 'hang' | 'nothing';

type Data = { nth: number; loading?: { ms: number; state: Int32Array<SharedArrayBuffer> } };

/** Takes a while, with its event loop busy, and notes that it has begun, and that it has come to its end. */
function load(): void {
  const { loading } = (workerData as StartData).value as Data;
  if (loading === undefined) return;
  Atomics.add(loading.state, 0, 1);
  for (const untilMs = performance.now() + loading.ms; performance.now() < untilMs;);
  Atomics.add(loading.state, 0, 1);
}

const thread = insideThread<Data, Told, { nth: number; told: Told }>('supervise.test.ts', load);
thread.onMessage((told) => {
  switch (told) {
    case 'echo':
      thread.post({ nth: thread.data.nth, told });
      return;
    case 'die':
      throw new Error('told to die');
    case 'exit':
      process.exit(3);
      break;
    case 'stop':
      thread.close();
      return;
    case 'hang':
      for (;;);
    case 'nothing':
  }
});
