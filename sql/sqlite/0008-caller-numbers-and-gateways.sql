-- The number the other side sees, where a phone is, who pays for calls it forwards, and the gateway of a call.

ALTER TABLE departments ADD COLUMN caller_number TEXT -- E.164 with +; null: none of its own
  CONSTRAINT departments_caller_number_is_e164 CHECK (caller_number GLOB '+[1-9]*' AND substr(caller_number, 2) NOT GLOB '*[^0-9]*' AND length(caller_number) BETWEEN 7 AND 16);

ALTER TABLE accounts ADD COLUMN caller_number TEXT
  CONSTRAINT accounts_caller_number_is_e164 CHECK (caller_number GLOB '+[1-9]*' AND substr(caller_number, 2) NOT GLOB '*[^0-9]*' AND length(caller_number) BETWEEN 7 AND 16);
ALTER TABLE accounts ADD COLUMN anonymous INTEGER NOT NULL DEFAULT 0
  CONSTRAINT accounts_anonymous_is_0_or_1 CHECK (anonymous IN (0, 1));

ALTER TABLE extensions ADD COLUMN caller_number TEXT
  CONSTRAINT extensions_caller_number_is_e164 CHECK (caller_number GLOB '+[1-9]*' AND substr(caller_number, 2) NOT GLOB '*[^0-9]*' AND length(caller_number) BETWEEN 7 AND 16);
ALTER TABLE extensions ADD COLUMN callback_number TEXT
  CONSTRAINT extensions_callback_number_is_e164 CHECK (callback_number GLOB '+[1-9]*' AND substr(callback_number, 2) NOT GLOB '*[^0-9]*' AND length(callback_number) BETWEEN 7 AND 16);
ALTER TABLE extensions ADD COLUMN place TEXT NOT NULL DEFAULT '';
-- No foreign key: a copy of SQL Server's directory gets extensions before accounts, and replaces an account when its code moves.
ALTER TABLE extensions ADD COLUMN default_account_id INTEGER;

ALTER TABLE call_records ADD COLUMN gateway TEXT; -- the last one that the call went out by; null: none
