-- Which calls a rate is for (all, or those at peak, off-peak, at weekends), codes that are closed, grace time, a rate for everything else (an empty
-- prefix), and when peak is. Rates and tables that are there mean what they meant.

CREATE TABLE scoped_rates (
  id                    INTEGER PRIMARY KEY,
  table_id              INTEGER NOT NULL,
  version               INTEGER NOT NULL,
  prefix                TEXT NOT NULL, -- digits of the E.164 number, without +; empty: every number that has no other rate
  scope                 TEXT NOT NULL DEFAULT 'all',
  status                TEXT NOT NULL DEFAULT 'open',
  destination           TEXT NOT NULL,
  connect_fee_micros    INTEGER NOT NULL,
  price_micros          INTEGER NOT NULL, -- a minute
  first_increment_ms    INTEGER NOT NULL,
  next_increment_ms     INTEGER NOT NULL,
  minimum_charge_micros INTEGER NOT NULL,
  grace_ms              INTEGER NOT NULL DEFAULT 0, -- an answered call that is no longer costs nothing
  valid_from            INTEGER, -- inclusive; null: always
  valid_until           INTEGER, -- exclusive; null: until a newer one begins
  CONSTRAINT rates_prefix_is_0_to_15_digits CHECK (length(prefix) <= 15 AND prefix NOT GLOB '*[^0-9]*'),
  CONSTRAINT rates_scope_is_known CHECK (scope IN ('all', 'peak', 'off-peak', 'weekend')),
  CONSTRAINT rates_status_is_known CHECK (status IN ('open', 'closed')),
  CONSTRAINT rates_amounts_not_negative CHECK (connect_fee_micros >= 0 AND price_micros >= 0 AND minimum_charge_micros >= 0),
  CONSTRAINT rates_increments CHECK (first_increment_ms >= 0 AND next_increment_ms >= 1),
  CONSTRAINT rates_grace_not_negative CHECK (grace_ms >= 0),
  CONSTRAINT rates_valid_from_before_valid_until CHECK (valid_from < valid_until)
) STRICT;

INSERT INTO scoped_rates (id, table_id, version, prefix, destination, connect_fee_micros, price_micros, first_increment_ms, next_increment_ms,
  minimum_charge_micros, valid_from, valid_until)
SELECT id, table_id, version, prefix, destination, connect_fee_micros, price_micros, first_increment_ms, next_increment_ms,
  minimum_charge_micros, valid_from, valid_until FROM rates;
DROP TABLE rates;
ALTER TABLE scoped_rates RENAME TO rates;
CREATE UNIQUE INDEX rates_prefix ON rates (table_id, version, prefix, valid_from, scope);

ALTER TABLE rate_tables ADD COLUMN peak_hours TEXT NOT NULL DEFAULT ''; -- times of the week, separated by commas; empty: there is no peak
ALTER TABLE rate_tables ADD COLUMN holidays TEXT NOT NULL DEFAULT ''; -- days that count as Sundays, separated by commas
ALTER TABLE rate_tables ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC'; -- of the peak hours and holidays, an IANA name
