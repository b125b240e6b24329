import type { ConsoleParts } from '../parts.ts';

/** Of the link by which the first administrator is made; null: there is a user by now, maybe made on the command line. */
export async function firstRunSecret({
  firstRun,
  people,
}: Pick<ConsoleParts, 'firstRun' | 'people'>): Promise<string | null> {
  if (firstRun.secret !== null && (await people.listUsers()).length > 0) firstRun.secret = null;
  return firstRun.secret;
}
