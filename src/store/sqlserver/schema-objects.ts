import type { Migration } from './migrate.ts';

/** A table, view, procedure or trigger; with `column`, one that was added to a table later. */
export type SchemaObject = { table: string; column: string | null };

const made =
  /\b(CREATE|DROP)\s+(?:TABLE|VIEW|PROCEDURE|FUNCTION|TRIGGER)\s+dbo\.(\w+)|\bALTER\s+TABLE\s+dbo\.(\w+)\s+ADD\s+(?!CONSTRAINT\b)(\w+)\s+[A-Z]/g;

/** What is there once these migrations have run, read from them: made, and not dropped by a later one for good. */
export function objectsOf(migrations: readonly Pick<Migration, 'batches'>[]): SchemaObject[] {
  const there = new Map<string, SchemaObject>();
  for (const batch of migrations.flatMap(({ batches }) => batches)) {
    for (const [, verb, name, table, column] of withoutComments(batch).matchAll(made)) {
      if (table !== undefined && column !== undefined) there.set(`${table}.${column}`, { table, column });
      else if (name !== undefined && verb === 'CREATE') there.set(name, { table: name, column: null });
      else if (name !== undefined) there.delete(name);
    }
  }
  return [...there.values()];
}

const withoutComments = (batch: string): string => batch.replace(/--.*$/gm, '');
