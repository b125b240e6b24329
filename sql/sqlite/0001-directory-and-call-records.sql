-- The local file of one controller: the directory against which calls are checked, and its call records.
--
-- Times are UTC milliseconds. Lists (prefixes, numbers, call types) are comma-separated canonical text, empty for none:
-- they are read and written whole, never searched.

CREATE TABLE departments (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE CONSTRAINT departments_name_unique UNIQUE,
  CONSTRAINT departments_name_given CHECK (name <> '')
) STRICT;

CREATE TABLE accounts (
  id                 INTEGER PRIMARY KEY,
  code               TEXT NOT NULL CONSTRAINT accounts_code_unique UNIQUE,
  name               TEXT NOT NULL,
  department_id      INTEGER REFERENCES departments (id),
  customer_numbers   TEXT NOT NULL DEFAULT '',
  enabled            INTEGER NOT NULL DEFAULT 1,
  valid_from         INTEGER, -- inclusive
  valid_until        INTEGER, -- exclusive
  least_digits       INTEGER,
  most_digits        INTEGER,
  blocked_prefixes   TEXT NOT NULL DEFAULT '',
  allowed_prefixes   TEXT NOT NULL DEFAULT '',
  allowed_numbers    TEXT NOT NULL DEFAULT '',
  allowed_call_types TEXT NOT NULL DEFAULT '',
  CONSTRAINT accounts_code_is_1_to_20_digits CHECK (length(code) BETWEEN 1 AND 20 AND code NOT GLOB '*[^0-9]*'),
  CONSTRAINT accounts_name_given CHECK (name <> ''),
  CONSTRAINT accounts_enabled_is_0_or_1 CHECK (enabled IN (0, 1)),
  CONSTRAINT accounts_valid_from_before_valid_until CHECK (valid_from < valid_until),
  CONSTRAINT accounts_least_digits_up_to_most_digits CHECK (least_digits >= 0 AND most_digits >= 0 AND least_digits <= most_digits)
) STRICT;

CREATE INDEX accounts_department ON accounts (department_id);

CREATE TABLE extensions (
  id                 INTEGER PRIMARY KEY,
  number             TEXT NOT NULL CONSTRAINT extensions_number_unique UNIQUE,
  name               TEXT NOT NULL,
  department_id      INTEGER REFERENCES departments (id),
  least_digits       INTEGER,
  most_digits        INTEGER,
  blocked_prefixes   TEXT NOT NULL DEFAULT '',
  allowed_prefixes   TEXT NOT NULL DEFAULT '',
  allowed_numbers    TEXT NOT NULL DEFAULT '',
  allowed_call_types TEXT NOT NULL DEFAULT '',
  CONSTRAINT extensions_number_given CHECK (number <> ''),
  CONSTRAINT extensions_least_digits_up_to_most_digits CHECK (least_digits >= 0 AND most_digits >= 0 AND least_digits <= most_digits)
) STRICT;

CREATE INDEX extensions_department ON extensions (department_id);

-- One row per call attempt. No call record is refused because of what it says, so there are no foreign keys into the directory, which
-- may change during a call, and no lists of words that a later version would have to extend.
CREATE TABLE call_records (
  call_id       TEXT NOT NULL PRIMARY KEY,
  callee_leg_id TEXT,
  switch_name   TEXT NOT NULL,
  controller    TEXT NOT NULL,
  entry         TEXT NOT NULL,
  extension     TEXT NOT NULL,
  extension_id  INTEGER,
  caller_name   TEXT NOT NULL,
  account_id    INTEGER,
  code          TEXT NOT NULL,
  account_name  TEXT,
  department_id INTEGER,
  keyed_number  TEXT NOT NULL,
  called_number TEXT,
  called_e164   TEXT,
  call_type     TEXT,
  outcome       TEXT,
  reason        TEXT,
  rule          TEXT,
  hangup_cause  TEXT,
  started_at    INTEGER NOT NULL,
  decided_at    INTEGER,
  bridged_at    INTEGER,
  answered_at   INTEGER,
  ended_at      INTEGER, -- null: the call is still up
  billable_ms   INTEGER NOT NULL,
  closed_by     TEXT,
  estimated     INTEGER NOT NULL,
  CONSTRAINT call_records_call_id_given CHECK (call_id <> ''),
  CONSTRAINT call_records_billable_ms_not_negative CHECK (billable_ms >= 0),
  CONSTRAINT call_records_estimated_is_0_or_1 CHECK (estimated IN (0, 1))
) STRICT;

CREATE INDEX call_records_open ON call_records (started_at) WHERE ended_at IS NULL;
CREATE INDEX call_records_started_at ON call_records (started_at);
CREATE INDEX call_records_account ON call_records (account_id, started_at);
CREATE INDEX call_records_department ON call_records (department_id, started_at);
CREATE INDEX call_records_extension ON call_records (extension, started_at);

CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
