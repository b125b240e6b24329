import type { PrefixSpan } from '../../words/prefix-span.ts';
import type { MonthPlace } from '../../rating/month.ts';
import type { Price } from '../../rating/price.ts';
import type { Problems } from '../../rating/tariff/problems.ts';
import type { Question, QuestionKind } from '../../rating/tariff/review/questions.ts';
import type { RatesReview } from '../../rating/tariff/review/review.ts';
import type { RateTableSettings } from '../../rating/rate-table-settings.ts';
import type { AssignedBy, Rate, RateTable, RateTerms } from '../../rating/rate.ts';

export type RateTableSummary = RateTable & {
  isDefault: boolean;
  /** The import whose rates count; 0: none yet. */
  version: number;
  rates: number;
  /** Names of the file and time of that import; null: none yet. */
  source: string | null;
  importedAtMs: number | null;
  /** How many it is assigned to. */
  accounts: number;
  departments: number;
  /** What of its row in SQL Server cannot be read; its calls are unrated then. Absent: nothing. */
  problem?: string;
};

/** Rates of a table as they were from one import to the next. */
export type RateVersion = {
  version: number;
  isCurrent: boolean;
  /** Name of the file; null: not known. */
  source: string | null;
  importedAtMs: number | null;
  rates: number;
};

/** Rates as a file has them, in any order. */
export type RatesSource = {
  /** Name of the file. */
  name: string;
  /** Read once. What is wrong goes into `problems`, and then nothing is imported. */
  batches(problems: Problems): AsyncIterable<readonly { line: number; rates: readonly RateTerms[] }[]>;
  /** Once all is read: the currency that the file itself says; null: it says none. */
  currency(): string | null;
};

export type RatesImportOptions = {
  /** Only compares. */
  dryRun?: boolean;
  /**
   * The file is the whole table from this moment on, and the present rates count until then; without it, the file is the
   * whole table at all times.
   */
  fromMs?: number;
  /** The file has only what changes: other rates stay, and those of its prefixes count until its own begin. */
  amend?: boolean;
  /** Looks at all that changes, and may ask; default: nothing is asked. */
  review?: RatesReview;
  /** Questions that somebody has answered: they hold nothing up. */
  confirmed?: readonly QuestionKind[];
  /** Currency of a table that is not there yet, where the file says none. */
  currency?: string;
  /** How many examples of each difference to answer; default: 10. */
  examples?: number;
  onProgress?: (progress: { phase: 'reading' | 'comparing' | 'writing' | 'done'; rates: number }) => void;
};

/** A file against the present table. A rate is the same one if prefix and valid-from are. */
export type RatesDifference = {
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  examples: {
    added: RateTerms[];
    changed: { from: RateTerms; to: RateTerms }[];
    removed: RateTerms[];
  };
};

export type RatesImport =
  | { kind: 'imported'; table: string; version: number; difference: RatesDifference; questions: readonly Question[] }
  /** Nothing was written: only a look was asked for, or a question is open. */
  | { kind: 'compared' | 'unconfirmed'; table: string; difference: RatesDifference; questions: readonly Question[] }
  | { kind: 'refused'; problems: Problems };

/** The price that a call has or had. */
export type CallPrice = {
  callId: string;
  /** 1: at the end of the call. */
  version: number;
  isCurrent: boolean;
  price: Price;
  pricedAtMs: number;
  /** The re-rating that made it; null: the end of the call. */
  reratingId: number | null;
  /** The version that it is, with another place in the call's month (rating/month.ts); null: its own. */
  settles: number | null;
};

/** A call whose price a re-rating changes; null: it had none, or has none any more. */
export type PriceChange = { callId: string; from: Price | null; to: Price | null };

export type ReratingOptions = {
  /** Of the calls' start, inclusive. */
  fromMs: number;
  /** Exclusive. */
  untilMs: number;
  /** Who wants it; kept. */
  madeBy: string;
  /** Only shows what would change. */
  dryRun?: boolean;
  onChange?: (change: PriceChange) => void;
};

export type ReratingResult = {
  /** Null: nothing was written, because nothing changes or only a look was asked for. */
  id: number | null;
  /** Answered calls looked at; of an undoing, the calls whose price the re-rating changed. */
  calls: number;
  changed: number;
};

export type ReratingSummary = {
  id: number;
  /** The re-rating that this one took back; null: none. */
  undoes: number | null;
  isUndone: boolean;
  fromMs: number;
  untilMs: number;
  madeAtMs: number;
  madeBy: string;
  /** Prices that it changed. */
  calls: number;
};

/** Where a rate stands in a table. */
export type RatePlace = Pick<RateTerms, 'prefix' | 'validFromMs'> & { scope: string };

/** Browsing the rates of a table as they are here: in the copy, where SQL Server is the system of record. */
export type RateBrowser = {
  /** Present rates in the order of their prefixes, of these spans of prefixes, which are in order and apart. `after`: the last one of the page before. */
  pageRates(asked: {
    tableId: number;
    spans: readonly PrefixSpan[];
    after: RatePlace | null;
    limit: number;
  }): Promise<Rate[]>;
};

/** Rates and prices. A call is priced where its record is saved; nothing here is asked by a live call. */
export type RateStore = {
  listRateTables(): Promise<RateTableSummary[]>;
  /** Changes only what is given; makes the table where there is none of this name, which then needs a currency. */
  saveRateTable(name: string, changes: Partial<RateTableSettings> & { isDefault?: true }): Promise<RateTable>;
  /** Null takes the assignment away. Rejects where there is no such table, account or department. */
  assignRateTable(to: { accountCode: string } | { department: string }, table: string | null): Promise<void>;
  /** The account's, else the department's, else the default table. */
  rateTableOf(call: {
    accountId: number | null;
    departmentId: number | null;
  }): Promise<{ table: RateTable; by: AssignedBy } | null>;
  /** What a payer's calls that are known so far have taken of a month (`2026-11`, at the site). */
  monthSoFar(payer: { accountId: number | null; departmentId: number | null }, month: string): Promise<MonthPlace>;
  /** Rates of all times whose prefix the number begins with, the best first. */
  ratesFor(tableId: number, e164: string): Promise<readonly Rate[]>;
  /**
   * All or nothing, in bounded memory, in steps that hold the database for some milliseconds each. Much of it runs on the
   * calling thread: not for the one that serves calls.
   */
  importRates(table: string, source: RatesSource, options?: RatesImportOptions): Promise<RatesImport>;
  /** All rates of a table by prefix and valid-from; nothing where there is no such table or version. Default: the current one. */
  exportRates(table: string, version?: number): AsyncIterable<Rate[]>;
  /** Those whose rates are still there, the newest first; empty: no such table. */
  listRateVersions(table: string): Promise<RateVersion[]>;
  /** Newest first; the first is current. */
  listCallPrices(callId: string): Promise<CallPrice[]>;
  /**
   * Prices the answered calls of a period by the rates as they are now. What changes gets a new version, and nothing is
   * deleted. In short transactions: one that was cut off is gone on with by the same re-rating once more.
   */
  rerate(options: ReratingOptions): Promise<ReratingResult>;
  /**
   * Takes back what a re-rating changed: its calls cost what the last re-rating that stands says or, without one, what they cost
   * before (`priceThatStands`), as a new version. Those that a later re-rating, a move or a correction priced keep that price until
   * it is undone as well. The undoing of an undoing makes the re-rating stand again. Rejects where there is no such re-rating, or
   * it was undone already and nothing is left to be done.
   */
  undoRerating(id: number, madeBy: string, onChange?: (change: PriceChange) => void): Promise<ReratingResult>;
  /** Newest first. */
  listReratings(): Promise<ReratingSummary[]>;
};
