/** The thread that looks for damage in the local file, which is read as a whole. `soundness-watch.ts` starts it and is its other end. */
import { insideThread } from '../../threads/inside.ts';
import { loadSqlite } from './native.ts';
import { examineSoundness, type Soundness } from './soundness.ts';

/** `tookMs`: of this thread alone. */
export type Examined = { found: Soundness; tookMs: number };

const thread = insideThread<{ file: string }, 'examine' | 'stop', Examined>('soundness-watch.ts', loadSqlite);
thread.onMessage((message) => {
  if (message === 'stop') {
    thread.close();
    return;
  }
  const begunMs = performance.now();
  const found = examineSoundness(thread.data.file);
  thread.post({ found, tookMs: performance.now() - begunMs });
});
