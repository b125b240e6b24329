-- What this controller may spend of amounts that several controllers share (docs/ledger.md), as SQL Server has granted it.
CREATE TABLE ledger_shares (
  budget_key     TEXT NOT NULL PRIMARY KEY, -- account:12/CHF/day:2026-11-26
  granted_micros INTEGER NOT NULL,
  drawn_at       INTEGER NOT NULL,
  CONSTRAINT ledger_shares_not_negative CHECK (granted_micros >= 0)
) STRICT, WITHOUT ROWID;
