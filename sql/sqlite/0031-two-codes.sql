-- Two codes, who and for whom: accounts whose code says who calls, phones that demand one, and calls that name who authorized them.

ALTER TABLE accounts ADD COLUMN authorizes INTEGER NOT NULL DEFAULT 0
  CONSTRAINT accounts_authorizes_is_0_or_1 CHECK (authorizes IN (0, 1));
ALTER TABLE extensions ADD COLUMN two_codes INTEGER NOT NULL DEFAULT 0
  CONSTRAINT extensions_two_codes_is_0_or_1 CHECK (two_codes IN (0, 1));
ALTER TABLE call_records ADD COLUMN authorized_by_id INTEGER; -- the account whose code said who called; null: none was keyed
ALTER TABLE call_records ADD COLUMN authorized_by TEXT; -- its name then
