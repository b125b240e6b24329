-- Prices that depend on what else their payer called in the month: minutes that an account has free, and tiers of a rate. A price keeps what it was
-- made of. The scopes interstate, intrastate and indet (indeterminate) are known, too. Rates and prices that are there mean what they meant.

ALTER TABLE accounts ADD COLUMN included_minutes INTEGER CONSTRAINT accounts_included_minutes_is_positive CHECK (included_minutes >= 1); -- a month; null: none
ALTER TABLE accounts ADD COLUMN included_call_types TEXT NOT NULL DEFAULT ''; -- which calls they are for, separated by commas; empty: all
ALTER TABLE accounts ADD COLUMN included_prefixes TEXT NOT NULL DEFAULT ''; -- first digits of E.164 numbers, separated by commas; empty: all

CREATE TABLE tiered_rates (
  id                    INTEGER PRIMARY KEY,
  table_id              INTEGER NOT NULL,
  version               INTEGER NOT NULL,
  prefix                TEXT NOT NULL, -- digits of the E.164 number, without +; empty: every number that has no other rate
  scope                 TEXT NOT NULL DEFAULT 'all',
  status                TEXT NOT NULL DEFAULT 'open',
  destination           TEXT NOT NULL,
  connect_fee_micros    INTEGER NOT NULL,
  price_micros          INTEGER NOT NULL, -- a minute
  tiers                 TEXT NOT NULL DEFAULT '', -- 500:0.1 2000:0.08: the price a minute from so many minutes of the month on; empty: none
  first_increment_ms    INTEGER NOT NULL,
  next_increment_ms     INTEGER NOT NULL,
  minimum_charge_micros INTEGER NOT NULL,
  grace_ms              INTEGER NOT NULL DEFAULT 0, -- an answered call that is no longer costs nothing
  valid_from            INTEGER, -- inclusive; null: always
  valid_until           INTEGER, -- exclusive; null: until a newer one begins
  CONSTRAINT rates_prefix_is_0_to_15_digits CHECK (length(prefix) <= 15 AND prefix NOT GLOB '*[^0-9]*'),
  CONSTRAINT rates_scope_is_known CHECK (scope IN ('all', 'peak', 'off-peak', 'weekend', 'interstate', 'intrastate', 'indet')),
  CONSTRAINT rates_status_is_known CHECK (status IN ('open', 'closed')),
  CONSTRAINT rates_amounts_not_negative CHECK (connect_fee_micros >= 0 AND price_micros >= 0 AND minimum_charge_micros >= 0),
  CONSTRAINT rates_increments CHECK (first_increment_ms >= 0 AND next_increment_ms >= 1),
  CONSTRAINT rates_grace_not_negative CHECK (grace_ms >= 0),
  CONSTRAINT rates_valid_from_before_valid_until CHECK (valid_from < valid_until)
) STRICT;

INSERT INTO tiered_rates (id, table_id, version, prefix, scope, status, destination, connect_fee_micros, price_micros, first_increment_ms,
  next_increment_ms, minimum_charge_micros, grace_ms, valid_from, valid_until)
SELECT id, table_id, version, prefix, scope, status, destination, connect_fee_micros, price_micros, first_increment_ms,
  next_increment_ms, minimum_charge_micros, grace_ms, valid_from, valid_until FROM rates;
DROP TABLE rates;
ALTER TABLE tiered_rates RENAME TO rates;
CREATE UNIQUE INDEX rates_prefix ON rates (table_id, version, prefix, valid_from, scope);

ALTER TABLE call_prices ADD COLUMN included_ms INTEGER; -- billed time that was free; null: the price does not depend on the month
ALTER TABLE call_prices ADD COLUMN basis TEXT; -- what such a price was made of, as JSON (src/rating/month.ts)
ALTER TABLE call_prices ADD COLUMN settles INTEGER; -- the version that it is, with another place in the month; null: its own

-- Calls whose current price depends on the month, in the order in which they take their share of it.
CREATE TABLE call_months (
  call_id     TEXT PRIMARY KEY,
  month       TEXT NOT NULL, -- a12 2026-11: the account 12, November at the site; d3: a department; -: nobody
  answered_at INTEGER NOT NULL,
  included_ms INTEGER NOT NULL, -- billed time that counts for the minutes that are free
  tiered_ms   INTEGER NOT NULL -- billed time that counts for tiers
) STRICT, WITHOUT ROWID;
CREATE INDEX call_months_order ON call_months (month, answered_at, call_id, included_ms, tiered_ms);
