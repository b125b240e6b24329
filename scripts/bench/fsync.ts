import { closeSync, fdatasync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Written before each: what the commit of one record adds to SQLite's WAL, a few pages. */
const bytes = Buffer.alloc(16 * 1024, 'x');

/**
 * How long one fsync takes on the disk that the database is on, measured over and over while something else is measured.
 * `stop` answers the milliseconds of each.
 */
export function watchFsync(everyMs: number): { stop(): Promise<number[]> } {
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-bench-'));
  const file = openSync(join(folder, 'fsync'), 'a');
  const times: number[] = [];
  let stopped = false;
  const over = Promise.withResolvers<undefined>();

  const probe = (): void => {
    if (stopped) {
      closeSync(file);
      rmSync(folder, { recursive: true, force: true });
      over.resolve(undefined);
      return;
    }
    const startedAt = performance.now();
    writeSync(file, bytes);
    fdatasync(file, () => {
      times.push(performance.now() - startedAt);
      setTimeout(probe, everyMs);
    });
  };
  probe();

  return {
    async stop() {
      stopped = true;
      await over.promise;
      return times;
    },
  };
}
