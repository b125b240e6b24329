-- The API: tokens by which programs come in, each of a user of the console, and what was answered to requests that may come twice.

CREATE TABLE console_tokens (
  id         INTEGER PRIMARY KEY AUTOINCREMENT, -- the audit trail and kept answers must not come to mean another token
  user_id    INTEGER NOT NULL REFERENCES console_users (id),
  name       TEXT NOT NULL,
  token_hash TEXT NOT NULL CONSTRAINT console_tokens_hash_unique UNIQUE, -- SHA-256; the token itself has only the program
  scopes     TEXT NOT NULL, -- separated by spaces
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER,
  revoked_at INTEGER,
  CONSTRAINT console_tokens_name_given CHECK (name <> '')
) STRICT;

CREATE TABLE console_requests (
  token_id    INTEGER NOT NULL REFERENCES console_tokens (id),
  request_key TEXT NOT NULL, -- Idempotency-Key
  fingerprint TEXT NOT NULL, -- SHA-256 of method, path and body
  at          INTEGER NOT NULL,
  status      INTEGER, -- null: begun, and nobody knows what came of it
  answer      TEXT,    -- JSON
  PRIMARY KEY (token_id, request_key)
) STRICT;

CREATE INDEX console_requests_at ON console_requests (at);
