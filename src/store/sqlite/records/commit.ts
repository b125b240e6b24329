import type { Database } from 'better-sqlite3';
import type { StoreError } from '../../ports/store-error.ts';
import type { CallType } from '../../../words/call-type.ts';
import { answeredCallId, callIdOf, isOpen, upsertCallRecord } from './rows.ts';
import type { SqlValue } from './rows.ts';
import { isBusy, isRowError, toStoreError } from '../errors.ts';
import { prepareCorrection } from './corrections.ts';
import { preparePriceAgain, prepareFirstPrice } from '../rates/pricing.ts';

export type Committed = {
  /** By index in the batch. */
  failures: Map<number, StoreError>;
  /** By index: open records of calls whose record is closed, which stays as it is. */
  late: number[];
  /** Transactions that were committed. */
  commits: number;
};

type Rows = readonly (readonly SqlValue[])[];

/**
 * Makes a function that commits a batch of call records as one transaction. A row that breaks a constraint fails alone, and
 * where the transaction as a whole fails (disk full, I/O error) the rows are tried one by one. A call that is over and was
 * answered is priced in the same transaction, and priced again where a correction of its record changes what it cost.
 */
export function prepareCommit(db: Database, freeCallTypes?: readonly CallType[]): (rows: Rows) => Committed {
  const upsert = db.prepare(upsertCallRecord);
  const priceFirst = prepareFirstPrice(db, freeCallTypes);

  const correct = prepareCorrection(db);
  const priceAgain = preparePriceAgain(db, freeCallTypes);

  /** False: the row is of an open record, and the call's record is closed. */
  const saveRow = (row: readonly SqlValue[]): boolean => {
    if (upsert.run(...row).changes === 0) {
      const correction = correct(row);
      if (correction === 'changed') priceAgain(callIdOf(row));
      return correction !== 'refused' || !isOpen(row);
    }
    const callId = answeredCallId(row);
    if (callId !== null) priceFirst(callId);
    return true;
  };
  const saveAlone = db.transaction(saveRow);

  const together = db.transaction((rows: Rows): Omit<Committed, 'commits'> => {
    const failures = new Map<number, StoreError>();
    const late: number[] = [];
    rows.forEach((row, index) => {
      try {
        if (!saveRow(row)) late.push(index);
      } catch (error) {
        // A constraint undoes its statement alone (https://www.sqlite.org/lang_conflict.html, ABORT).
        if (!isRowError(error) || !db.inTransaction) throw error;
        failures.set(index, toStoreError(error, db.name));
      }
    });
    return { failures, late };
  });

  const oneByOne = (rows: Rows): Committed => {
    const failures = new Map<number, StoreError>();
    const late: number[] = [];
    rows.forEach((row, index) => {
      try {
        if (!saveAlone.immediate(row)) late.push(index);
      } catch (error) {
        failures.set(index, toStoreError(error, db.name));
      }
    });
    return { failures, late, commits: rows.length - failures.size };
  };

  return (rows) => {
    try {
      return { ...together.immediate(rows), commits: 1 };
    } catch (error) {
      if (rows.length > 1 && !isBusy(error)) return oneByOne(rows);
      const failure = toStoreError(error, db.name);
      return { failures: new Map(rows.map((_, index) => [index, failure])), late: [], commits: 0 };
    }
  };
}
