/** A thread that answers with what it was told, until it is told otherwise. */
import { insideThread } from '../../src/threads/inside.ts';

type Told = 'echo' | 'die' | 'exit' | 'stop' | 'hang' | 'nothing';

const thread = insideThread<{ nth: number }, Told, { nth: number; told: Told }>('supervise.test.ts');
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
