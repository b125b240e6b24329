-- The ledger (docs/ledger.md): what calls reserved and used, and what was paid in advance, in double entry. Nothing in it is ever changed or deleted.

CREATE TABLE ledger_transfers (
  seq          INTEGER PRIMARY KEY, -- 1, 2, 3, …
  id           TEXT NOT NULL CONSTRAINT ledger_transfers_id_unique UNIQUE,
  kind         TEXT NOT NULL, -- pending, post, void, single
  debit        TEXT NOT NULL, -- account:12, nobody, used, paid-in
  credit       TEXT NOT NULL,
  unit         TEXT NOT NULL, -- seconds, calls, or a currency
  amount       INTEGER NOT NULL, -- thousandths of seconds, calls, millionths of the currency's unit
  pending_id   TEXT CONSTRAINT ledger_transfers_resolved_once UNIQUE, -- what a post or a void resolves
  times_out_at INTEGER, -- of a pending one
  call_id      TEXT,
  why          TEXT NOT NULL, -- src/ledger/transfer.ts
  made_at      INTEGER NOT NULL,
  made_by      TEXT NOT NULL, -- empty: the program
  hash         TEXT NOT NULL, -- SHA-256 of the hash before it and of this row (src/ledger/transfer.ts)
  CONSTRAINT ledger_transfers_two_accounts CHECK (debit <> credit),
  CONSTRAINT ledger_transfers_amount_not_negative CHECK (amount >= 0),
  CONSTRAINT ledger_transfers_only_these_resolve CHECK ((kind IN ('post', 'void')) = (pending_id IS NOT NULL))
) STRICT;

CREATE INDEX ledger_transfers_call ON ledger_transfers (call_id) WHERE call_id IS NOT NULL;
CREATE INDEX ledger_transfers_pending ON ledger_transfers (times_out_at) WHERE kind = 'pending';

-- Balances as each transfer left them; the one with the highest seq is what there is now.
CREATE TABLE ledger_balances (
  account         TEXT NOT NULL,
  unit            TEXT NOT NULL,
  seq             INTEGER NOT NULL, -- the transfer
  debits_pending  INTEGER NOT NULL,
  debits_posted   INTEGER NOT NULL,
  credits_pending INTEGER NOT NULL,
  credits_posted  INTEGER NOT NULL,
  PRIMARY KEY (account, unit, seq),
  CONSTRAINT ledger_balances_not_negative CHECK (debits_pending >= 0 AND debits_posted >= 0 AND credits_pending >= 0 AND credits_posted >= 0)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ledger_transfers_stay_as_they_are BEFORE UPDATE ON ledger_transfers
BEGIN
  SELECT RAISE(ABORT, 'ledger_transfers is never changed');
END;

CREATE TRIGGER ledger_transfers_stay BEFORE DELETE ON ledger_transfers
BEGIN
  SELECT RAISE(ABORT, 'nothing is deleted from ledger_transfers');
END;

CREATE TRIGGER ledger_balances_stay_as_they_are BEFORE UPDATE ON ledger_balances
BEGIN
  SELECT RAISE(ABORT, 'ledger_balances is never changed');
END;

CREATE TRIGGER ledger_balances_stay BEFORE DELETE ON ledger_balances
BEGIN
  SELECT RAISE(ABORT, 'nothing is deleted from ledger_balances');
END;

-- Calls that were over before there was a ledger are not in it, unless they are changed.
INSERT INTO settings (name, value) VALUES ('ledger.since', CAST(unixepoch('subsec') * 1000 AS INTEGER));
