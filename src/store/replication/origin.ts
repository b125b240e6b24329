import type { CopyOrigin, DatabaseIdentity } from '../ports/copy-store.ts';

/**
 * What a local file is to the database that it is linked to:
 * `ours`: a copy of it. `new`: it has nothing that the copy could take the place of. `unnoted`: a copy that was made before sources
 * were noted, so its rows must tell. `local`: a directory that was made here. `other`: the copy of another database.
 */
export type Standing = 'ours' | 'new' | 'unnoted' | 'local' | 'other';

export function standingOf(
  { source, hasCopied, hasDirectory }: CopyOrigin,
  database: Pick<DatabaseIdentity, 'databaseId'>,
): Standing {
  if (source !== null) return source.databaseId === database.databaseId ? 'ours' : 'other';
  if (!hasDirectory) return 'new';
  return hasCopied ? 'unnoted' : 'local';
}

/** Where no SQL Server is configured, and the file is a copy of one. */
export const unlinkedCopy =
  'the local file is a copy of SQL Server, which is not configured (sqlserver.*): what is changed here is lost once it is copied again; billing-codes move-to-embedded makes the file the system of record';

/** Of rows that name something: the same id and the same key (code, number, name). */
type Named = { id: number; key: string };

/** Whether a copy is from a database: at least half of its rows are there, with the same ids. Some may have changed meanwhile. */
export function isKin(copy: readonly Named[], database: readonly Named[]): boolean {
  const there = new Map(database.map(({ id, key }) => [id, key]));
  const common = copy.filter(({ id, key }) => there.get(id)?.toLowerCase() === key.toLowerCase());
  return 2 * common.length >= copy.length;
}

/** Whether call records are to be collected before the database was ever seen: not where it may prove to be another one. */
export function mayCollect(origin: CopyOrigin): boolean {
  return origin.source !== null || origin.hasCopied || !origin.hasDirectory;
}
