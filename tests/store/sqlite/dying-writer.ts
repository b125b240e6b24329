/** The writer's thread, but it dies without a word in the middle of a transaction when it comes to a call named `die`. */
import Database from 'better-sqlite3';

const prepare = Reflect.get(Database.prototype, 'prepare') as (
  this: Database.Database,
  sql: string,
) => Database.Statement;
Database.prototype.prepare = function (this: Database.Database, sql: string) {
  const statement = prepare.call(this, sql);
  const run = statement.run.bind(statement);
  statement.run = (...values: unknown[]) => (values[0] === 'die' ? process.exit(7) : run(...values));
  return statement;
} as typeof Database.prototype.prepare;

await import('../../../src/store/sqlite/writer-thread.ts');
