import { dropDatabase, sharedName } from './server.ts';

/** After all tests of a run. */
export default async function tearDown(): Promise<void> {
  const name = process.env[sharedName];
  if (name !== undefined) await dropDatabase(name);
}
