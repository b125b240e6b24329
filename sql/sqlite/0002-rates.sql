-- What calls cost: rate tables, the calls they are for, and the price of every answered call.
--
-- Amounts are whole micro-units of the table's currency (1 USD = 1,000,000). Times are UTC milliseconds.

CREATE TABLE rate_tables (
  id                     INTEGER PRIMARY KEY,
  name                   TEXT NOT NULL COLLATE NOCASE CONSTRAINT rate_tables_name_unique UNIQUE,
  currency               TEXT NOT NULL,
  rounding_mode          TEXT NOT NULL,
  rounding_unit_micros   INTEGER NOT NULL,
  markup_basis_points    INTEGER NOT NULL,
  markup_per_call_micros INTEGER NOT NULL,
  is_default             INTEGER NOT NULL DEFAULT 0,
  version                INTEGER NOT NULL DEFAULT 0, -- the import whose rates count; 0: none yet
  CONSTRAINT rate_tables_name_given CHECK (name <> ''),
  CONSTRAINT rate_tables_rounding_unit_at_least_1 CHECK (rounding_unit_micros >= 1),
  CONSTRAINT rate_tables_markup_not_negative CHECK (markup_basis_points >= 0 AND markup_per_call_micros >= 0),
  CONSTRAINT rate_tables_is_default_is_0_or_1 CHECK (is_default IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX rate_tables_one_default ON rate_tables (is_default) WHERE is_default = 1;

CREATE TABLE account_rate_tables (
  account_id INTEGER NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  table_id   INTEGER NOT NULL REFERENCES rate_tables (id)
) STRICT;

CREATE TABLE department_rate_tables (
  department_id INTEGER NOT NULL PRIMARY KEY REFERENCES departments (id) ON DELETE CASCADE,
  table_id      INTEGER NOT NULL REFERENCES rate_tables (id)
) STRICT;

-- An import fills a new version in many short transactions, and takes effect once rate_tables.version names it. So a table_id
-- may appear here, and in rates, before that table exists.
CREATE TABLE rate_imports (
  table_id    INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  source      TEXT NOT NULL, -- name of the file
  started_at  INTEGER NOT NULL,
  finished_at INTEGER, -- null: loading, or given up
  rates       INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (table_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE rates (
  id                    INTEGER PRIMARY KEY,
  table_id              INTEGER NOT NULL,
  version               INTEGER NOT NULL,
  prefix                TEXT NOT NULL, -- digits of the E.164 number, without +
  destination           TEXT NOT NULL,
  connect_fee_micros    INTEGER NOT NULL,
  price_micros          INTEGER NOT NULL, -- a minute
  first_increment_ms    INTEGER NOT NULL,
  next_increment_ms     INTEGER NOT NULL,
  minimum_charge_micros INTEGER NOT NULL,
  valid_from            INTEGER, -- inclusive; null: always
  valid_until           INTEGER, -- exclusive; null: until a newer one begins
  CONSTRAINT rates_prefix_is_1_to_15_digits CHECK (length(prefix) BETWEEN 1 AND 15 AND prefix NOT GLOB '*[^0-9]*'),
  CONSTRAINT rates_amounts_not_negative CHECK (connect_fee_micros >= 0 AND price_micros >= 0 AND minimum_charge_micros >= 0),
  CONSTRAINT rates_increments CHECK (first_increment_ms >= 0 AND next_increment_ms >= 1),
  CONSTRAINT rates_valid_from_before_valid_until CHECK (valid_from < valid_until)
) STRICT;

CREATE UNIQUE INDEX rates_prefix ON rates (table_id, version, prefix, valid_from);

-- A period that was rerated, or the undoing of that.
CREATE TABLE reratings (
  id         INTEGER PRIMARY KEY,
  undoes     INTEGER CONSTRAINT reratings_undone_once UNIQUE REFERENCES reratings (id),
  from_time  INTEGER NOT NULL, -- of the calls' start; inclusive
  until_time INTEGER NOT NULL, -- exclusive
  made_at    INTEGER NOT NULL,
  made_by    TEXT NOT NULL,
  calls      INTEGER NOT NULL DEFAULT 0 -- prices that it changed
) STRICT;

-- A closed, answered call has one current price and, if it was rerated, all earlier ones. Prices are never changed,
-- except for is_current, nor deleted.
CREATE TABLE call_prices (
  call_id       TEXT NOT NULL,
  version       INTEGER NOT NULL, -- 1: at the end of the call
  is_current    INTEGER NOT NULL,
  kind          TEXT NOT NULL, -- priced, free, unrated
  why           TEXT, -- of what is not priced
  currency      TEXT,
  cost_micros   INTEGER,
  charge_micros INTEGER,
  billed_ms     INTEGER,
  table_id      INTEGER,
  rate_id       INTEGER,
  rate_version  INTEGER,
  prefix        TEXT,
  destination   TEXT,
  arithmetic    TEXT,
  priced_at     INTEGER NOT NULL,
  rerating_id   INTEGER,
  PRIMARY KEY (call_id, version),
  CONSTRAINT call_prices_only_priced_has_amounts CHECK ((kind = 'priced') = (cost_micros IS NOT NULL) AND (kind = 'priced') = (charge_micros IS NOT NULL) AND (kind = 'priced') = (why IS NULL)),
  CONSTRAINT call_prices_is_current_is_0_or_1 CHECK (is_current IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX call_prices_unrated ON call_prices (priced_at) WHERE kind = 'unrated' AND is_current = 1;
CREATE INDEX call_prices_rerating ON call_prices (rerating_id) WHERE rerating_id IS NOT NULL;
