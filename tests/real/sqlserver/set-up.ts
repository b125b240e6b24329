import { makeLock } from './one-at-a-time.ts';
import { createDatabase, sharedNameOf } from './server.ts';

/** Before all tests of a run. */
export default async function setUp({ maxWorkers }: { maxWorkers: number }): Promise<void> {
  makeLock();
  for (let worker = 1; worker <= maxWorkers; worker += 1) {
    const { name, pool } = await createDatabase();
    await pool.close();
    process.env[sharedNameOf(worker)] = name;
  }
}
