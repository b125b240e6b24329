import { removeLock } from './one-at-a-time.ts';
import { dropDatabase, sharedNameOf } from './server.ts';

/** After all tests of a run. */
export default async function tearDown({ maxWorkers }: { maxWorkers: number }): Promise<void> {
  removeLock();
  for (let worker = 1; worker <= maxWorkers; worker += 1) {
    const name = process.env[sharedNameOf(worker)];
    if (name !== undefined) await dropDatabase(name);
  }
}
