-- Signing in with an identity provider, beside the password and its second factor, which console_users had from the start.

ALTER TABLE console_users ADD COLUMN identity TEXT; -- issuer and subject; null: this person signs in here alone
CREATE UNIQUE INDEX console_users_identity ON console_users (identity) WHERE identity IS NOT NULL;

ALTER TABLE console_sessions ADD COLUMN method TEXT NOT NULL DEFAULT 'password'; -- or provider
