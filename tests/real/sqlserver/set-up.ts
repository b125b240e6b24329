import { createDatabase, sharedName } from './server.ts';

/** Before all tests of a run. */
export default async function setUp(): Promise<void> {
  const { name, pool } = await createDatabase();
  await pool.close();
  process.env[sharedName] = name;
}
