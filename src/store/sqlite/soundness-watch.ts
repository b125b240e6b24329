import { join } from 'node:path';
import { superviseThread } from '../../threads/supervise.ts';
import type { Clock } from '../../words/clock.ts';
import type { Soundness } from './soundness.ts';
import type { Examined } from './soundness-thread.ts';

const firstMs = 500;
const everyMs = 2_000;
/** Of a file that takes long to read, it is a fiftieth of the time of one core at most. */
const restsFor = 50;
/** One look is not waited for at the end. */
const patienceMs = 100;

/** Looks for damage in the file, soon and again and again, in a thread of its own. */
export function watchSoundness(
  file: string,
  clock: Clock,
  found: (soundness: Soundness) => void,
): { stop(): Promise<void> } {
  let cancel = clock.after(firstMs, examine);
  let stopping = false;
  const thread = superviseThread<'examine' | 'stop', Examined>({
    program: join(import.meta.dirname, 'soundness-thread.ts'),
    name: 'local-store-soundness',
    data: () => ({ value: { file } }),
    receive(examined) {
      again(Math.max(everyMs, examined.tookMs * restsFor));
      if (!stopping) found(examined.found);
    },
    exited({ why }) {
      again(everyMs);
      if (!stopping) found({ kind: 'unknown', why });
    },
    start: 'needed',
  });

  function examine(): void {
    thread.post('examine');
  }

  function again(afterMs: number): void {
    cancel();
    if (!stopping) cancel = clock.after(afterMs, examine);
  }

  return {
    stop() {
      stopping = true;
      cancel();
      return thread.stop('stop', { clock, ms: patienceMs });
    },
  };
}
