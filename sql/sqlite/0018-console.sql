-- The web console: who signs in, in which browsers, and what was done there.

CREATE TABLE console_users (
  id             INTEGER PRIMARY KEY AUTOINCREMENT, -- sessions and the audit trail must not come to mean another person
  name           TEXT NOT NULL COLLATE NOCASE CONSTRAINT console_users_name_unique UNIQUE,
  role           TEXT NOT NULL,
  department_id  INTEGER,
  extension      TEXT NOT NULL,
  enabled        INTEGER NOT NULL CONSTRAINT console_users_enabled_is_0_or_1 CHECK (enabled IN (0, 1)),
  created_at     INTEGER NOT NULL,
  signed_in_at   INTEGER,
  password_hash  TEXT,
  totp_secret    TEXT,
  totp_step      INTEGER NOT NULL,
  recovery_codes TEXT NOT NULL,
  invite_hash    TEXT,
  invite_until   INTEGER,
  CONSTRAINT console_users_name_given CHECK (name <> '')
) STRICT;

CREATE TABLE console_sessions (
  token_hash TEXT NOT NULL PRIMARY KEY, -- SHA-256; the token itself has only the browser
  user_id    INTEGER NOT NULL REFERENCES console_users (id),
  created_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  address    TEXT NOT NULL,
  agent      TEXT NOT NULL
) STRICT;

CREATE INDEX console_sessions_user ON console_sessions (user_id);

-- Pages of accounts begin where the one before ended.
CREATE INDEX accounts_name ON accounts (name COLLATE NOCASE, id);

-- Lines are only added.
CREATE TABLE console_audit (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  who     TEXT NOT NULL,
  address TEXT NOT NULL,
  action  TEXT NOT NULL,
  subject TEXT NOT NULL,
  before  TEXT, -- JSON
  after   TEXT
) STRICT;

CREATE INDEX console_audit_at ON console_audit (at);

CREATE TRIGGER console_audit_stays BEFORE UPDATE ON console_audit
BEGIN SELECT RAISE(ABORT, 'the audit trail cannot be changed'); END;

CREATE TRIGGER console_audit_is_kept BEFORE DELETE ON console_audit
BEGIN SELECT RAISE(ABORT, 'the audit trail cannot be deleted'); END;
