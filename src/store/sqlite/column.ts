import type { ColumnType } from '../../words/column.ts';

/** Makes a function that gives a row back with flags for the 0 and 1 that SQLite has in their place; all else is as it was stored. */
export function flagReader(
  types: Iterable<readonly [name: string, type: ColumnType]>,
): (row: object) => Record<string, unknown> {
  const flags = [...types].filter(([, type]) => type.kind === 'flag').map(([name]) => name);
  return (row) => {
    const read: Record<string, unknown> = { ...row };
    for (const name of flags) read[name] = read[name] === 1;
    return read;
  };
}
