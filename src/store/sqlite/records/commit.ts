import type { Database } from 'better-sqlite3';
import type { StoreError } from '../../ports/store-error.ts';
import type { Reservation } from '../../ports/ledger.ts';
import { prepareKeepingLedger } from '../ledger/keeping.ts';
import { prepareHooks } from '../hooks/noting.ts';
import { answeredCallId, callIdOf, isOpen, unsettledFirst, updateOpenCallRecord, upsertCallRecord } from './rows.ts';
import type { SqlValue } from './rows.ts';
import { isBusy, isRowError, sparingTheRecord, toStoreError } from '../errors.ts';
import { prepareCorrection } from './corrections.ts';
import { preparePricingOfRecords } from '../rates/pricing.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';

export type Committed = {
  /** By index in the batch. */
  failures: Map<number, StoreError>;
  /** By index: open records of calls whose record is closed, which stays as it is. */
  late: number[];
  /** Transactions that were committed. */
  commits: number;
};

type Rows = readonly (readonly SqlValue[])[];
/** What calls may use, by the index of their open record. */
export type Reservations = ReadonlyMap<number, Reservation>;

/**
 * Makes a function that commits a batch of call records as one transaction. A row that breaks a constraint fails alone, and
 * where the transaction as a whole fails (disk full, I/O error) the rows are tried one by one. A call that is over and was
 * answered is priced in the same transaction, and priced again where a correction of its record changes what it cost; and what the
 * ledger says of it is written in it, too, so that no crash parts the two.
 */
export function prepareCommit(
  db: Database,
  rules?: PricingRules,
): (rows: Rows, reservations?: Reservations) => Committed {
  const saveRow = prepareSaveRow(db, rules);
  const saveAlone = db.transaction(saveRow);

  const together = db.transaction((rows: Rows, reservations: Reservations): Omit<Committed, 'commits'> => {
    const failures = new Map<number, StoreError>();
    const late: number[] = [];
    rows.forEach((row, index) => {
      try {
        if (!saveRow(row, reservations.get(index) ?? null)) late.push(index);
      } catch (error) {
        // A constraint undoes its statement alone (https://www.sqlite.org/lang_conflict.html, ABORT).
        if (!isRowError(error) || !db.inTransaction) throw error;
        failures.set(index, toStoreError(error, db.name));
      }
    });
    return { failures, late };
  });

  const oneByOne = (rows: Rows, reservations: Reservations): Committed => {
    const failures = new Map<number, StoreError>();
    const late: number[] = [];
    rows.forEach((row, index) => {
      try {
        if (!saveAlone.immediate(row, reservations.get(index) ?? null)) late.push(index);
      } catch (error) {
        failures.set(index, toStoreError(error, db.name));
      }
    });
    return { failures, late, commits: rows.length - failures.size };
  };

  return (rows, reservations = new Map()) => {
    try {
      return { ...together.immediate(rows, reservations), commits: 1 };
    } catch (error) {
      if (rows.length > 1 && !isBusy(error)) return oneByOne(rows, reservations);
      const failure = toStoreError(error, db.name);
      return { failures: new Map(rows.map((_, index) => [index, failure])), late: [], commits: 0 };
    }
  };
}

/** Makes a function that writes a row; it answers false where the row is of an open record, and the call's record is closed. */
function prepareSaveRow(
  db: Database,
  rules?: PricingRules,
): (row: readonly SqlValue[], reservation: Reservation | null) => boolean {
  const update = db.prepare(updateOpenCallRecord);
  const upsert = db.prepare(upsertCallRecord);
  const priceCall = preparePricingOfRecords(db, rules);
  const correct = prepareCorrection(db);
  const keepLedger = prepareKeepingLedger(db);
  const hooks = prepareHooks(db);
  /** The ledger follows whatever has another price now, because this call has its share of the month. */
  const keepOthers = (callId: string, others: readonly string[]): void =>
    others.filter((other) => other !== callId).forEach((other) => keepLedger(other));

  return (row: readonly SqlValue[], reservation: Reservation | null): boolean => {
    if (update.run(...unsettledFirst(row)).changes === 0 && upsert.run(...row).changes === 0) {
      const correction = correct(row);
      const others = correction.kind === 'changed' ? priceCall(callIdOf(row)) : [];
      if (correction.kind !== 'refused') keepLedger(callIdOf(row), reservation);
      keepOthers(callIdOf(row), others);
      if (correction.kind === 'changed') {
        const { before } = correction;
        sparingTheRecord(() => hooks.ofCall('corrected', callIdOf(row), { before }));
      }
      return correction.kind !== 'refused' || !isOpen(row);
    }
    const callId = answeredCallId(row);
    const others = callId === null ? [] : priceCall(callId);
    if (!isOpen(row) || reservation !== null) keepLedger(callIdOf(row), reservation);
    keepOthers(callIdOf(row), others);
    if (!isOpen(row)) sparingTheRecord(() => hooks.ofCall('ended', callIdOf(row)));
    return true;
  };
}
