-- Calls that go out without a code, to be charged to an account later, and phones at which # alone stands for the last code.

ALTER TABLE call_records ADD COLUMN uncoded INTEGER NOT NULL DEFAULT 0
  CONSTRAINT call_records_uncoded_is_0_or_1 CHECK (uncoded IN (0, 1));
-- The lists that still have to be gone through: short, whatever there is of other calls.
CREATE INDEX call_records_uncoded ON call_records (started_at) WHERE uncoded = 1 AND account_id IS NULL;

ALTER TABLE extensions ADD COLUMN last_code_minutes INTEGER
  CONSTRAINT extensions_last_code_is_positive CHECK (last_code_minutes >= 1); -- null: the code is always keyed
