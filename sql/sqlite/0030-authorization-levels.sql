-- Authorization levels: what an account may call of what demands one (entry.minimumLevels). Accounts that are there may call all of it.

ALTER TABLE accounts ADD COLUMN authorization_level INTEGER NOT NULL DEFAULT 255
  CONSTRAINT accounts_authorization_level_is_a_byte CHECK (authorization_level BETWEEN 0 AND 255);
