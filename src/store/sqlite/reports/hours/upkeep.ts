import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { countryFinder } from '../../../../reports/country.ts';
import { toStoreError } from '../../errors.ts';
import { pack } from '../../packed.ts';
import { hourFields, hourMs, prepareHourReader } from './hours.ts';
import { keepWords } from './words.ts';

export type Upkeep = {
  /**
   * Lays by the hours that calls of this period started in, but not those that are not over yet, in which calls end every
   * moment. Each hour is read without, and written in a few milliseconds with, a lock that keeps others from writing. Answers
   * how many hours were laid by. Throws a `StoreError`.
   */
  layBy(
    period: { fromMs: number; untilMs: number },
    nowMs: number,
    options?: { signal?: AbortSignal; onProgress?: (done: number, of: number) => void },
  ): Promise<number>;
  close(): void;
};

/** How long a write waits for another program's transaction; what is not laid by now is the next time. */
const writeTimeoutMs = 2_000;

/** Keeps `report_hours` up to date, on a connection of its own. The schema must be up to date. Throws a `StoreError`. */
export function openUpkeep(file: string): Upkeep {
  const db = openForUpkeep(file);
  const layByHour = prepareLayingBy(db);
  const staleHours = db
    .prepare<[number, number], number>(
      'SELECT hour FROM report_stale_hours WHERE hour BETWEEN ? AND ? ORDER BY hour DESC',
    )
    .pluck();
  const hoursWithoutNumbers = db
    .prepare<[number, number], number>(
      'SELECT hour FROM report_numbers WHERE numbers IS NULL AND hour BETWEEN ? AND ? ORDER BY hour DESC',
    )
    .pluck();
  return {
    async layBy({ fromMs, untilMs }, nowMs, { signal, onProgress } = {}) {
      try {
        const last = Math.min(Math.floor((untilMs - 1) / hourMs), Math.floor(nowMs / hourMs) - 1);
        const range = [Math.floor(fromMs / hourMs), last] as const;
        const hours = [...new Set([...staleHours.all(...range), ...hoursWithoutNumbers.all(...range)])];
        let laidBy = 0;
        for (const [at, hour] of hours.entries()) {
          if (signal?.aborted === true) break;
          laidBy += layByHour(hour);
          onProgress?.(at + 1, hours.length);
          await nextTurn();
        }
        return laidBy;
      } catch (error) {
        throw toStoreError(error, file, 'What reports add up');
      }
    },
    close: () => db.close(),
  };
}

/** Makes a function that lays one hour by. Answers 1, or 0 where it was laid by already or changed meanwhile. */
function prepareLayingBy(db: Database.Database): (hour: number) => number {
  const readHour = prepareHourReader(db, countryFinder());
  const idOf = keepWords(db);
  const stampOf = db
    .prepare<[number], bigint>('SELECT stamp FROM report_stale_hours WHERE hour = ?')
    .pluck()
    .safeIntegers();
  const numbersOf = db
    .prepare<[number], { stamp: bigint; isMissing: bigint }>(
      'SELECT stamp, numbers IS NULL AS isMissing FROM report_numbers WHERE hour = ?',
    )
    .safeIntegers();
  const settle = db.prepare('DELETE FROM report_stale_hours WHERE hour = ?');
  const remove = [
    db.prepare('DELETE FROM report_hours WHERE hour = ?'),
    db.prepare('DELETE FROM report_numbers WHERE hour = ?'),
  ];
  const mark = db.prepare('INSERT OR REPLACE INTO report_laid (hour, mark) VALUES (?, random())');
  const insert = db.prepare(
    `INSERT OR REPLACE INTO report_hours (hour, calls, ${hourFields.join(', ')})
VALUES (?, ?${', ?'.repeat(hourFields.length)})`,
  );
  const insertNumbers = db.prepare(
    'INSERT OR REPLACE INTO report_numbers (hour, numbers, stamp) VALUES (?, ?, random())',
  );
  /** How the hour stands; undefined: it is laid by. */
  const stateOf = (hour: number): string | undefined => {
    const [stale, numbers] = [stampOf.get(hour), numbersOf.get(hour)];
    if (stale === undefined && numbers?.isMissing !== 1n) return undefined;
    return `${stale ?? ''} ${numbers?.stamp ?? ''}`;
  };
  const write = db.transaction(
    (hour: number, state: string, { calls, fields, numbers }: { calls: number; fields: Buffer[]; numbers: Buffer }) => {
      // Something changed since it was read: the next time.
      if (stateOf(hour) !== state) return 0;
      settle.run(hour);
      mark.run(hour);
      if (calls === 0) {
        for (const one of remove) one.run(hour);
        return 1;
      }
      insert.run(hour, calls, ...fields);
      insertNumbers.run(hour, numbers);
      return 1;
    },
  );
  return (hour) => {
    // Before the calls: a change in between gives another stamp.
    const state = stateOf(hour);
    if (state === undefined) return 0;
    const read = readHour(hour, idOf);
    const fields = hourFields.map((field) => pack(read[field]));
    return write.immediate(hour, state, { calls: read.calls, fields, numbers: pack(read.number) });
  };
}

function openForUpkeep(file: string): Database.Database {
  try {
    const db = new Database(file, { fileMustExist: true, timeout: writeTimeoutMs });
    // Without fsync: what a power cut takes is laid by again.
    db.pragma('synchronous = NORMAL');
    return db;
  } catch (error) {
    throw toStoreError(error, file);
  }
}
