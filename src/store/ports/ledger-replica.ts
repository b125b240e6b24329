import type { LedgerEntry } from './ledger.ts';

/** Asks for more of an amount that controllers share. Money in millionths of the currency's unit. */
export type Draw = {
  /** `account:12/CHF/day:2026-11-26` */
  key: string;
  /** The whole amount; null: what was paid in for the account. */
  limitMicros: number | null;
  accountId: number | null;
  currency: string;
  /** How much more; less where less is left. */
  wantMicros: number;
};

/** What this controller may spend of it in all. */
export type GrantedShare = { key: string; micros: number };

/** What this controller has spent of an amount, calls that are up included. Money in millionths of the currency's unit. */
export type ShareSettlement = {
  key: string;
  /** Null: nobody knows. */
  spentMicros: number | null;
  /** What it may spend in all from now on, where that is less than before: the rest goes back. Null: as much as before. */
  keepMicros: number | null;
};

export type ChainedEntry = LedgerEntry & { hash: string };

/** The ledger of a local file whose transfers also go to SQL Server. */
export type LedgerReplica = {
  /** In their order; nothing: there are no later ones. */
  transfersAfter(seq: number, limit: number): Promise<ChainedEntry[]>;
  listShares(): Promise<GrantedShare[]>;
  keepShares(shares: readonly GrantedShare[]): Promise<void>;
};
