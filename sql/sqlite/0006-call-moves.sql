-- Calls that were later charged to another account. Rows here are never changed or deleted.
CREATE TABLE call_moves (
  id                 INTEGER PRIMARY KEY,
  call_id            TEXT NOT NULL,
  moved_at           INTEGER NOT NULL,
  moved_by           TEXT NOT NULL,
  why                TEXT NOT NULL,
  from_account_id    INTEGER,
  from_account_name  TEXT,
  from_department_id INTEGER,
  to_account_id      INTEGER NOT NULL,
  to_account_name    TEXT NOT NULL,
  to_department_id   INTEGER,
  CONSTRAINT call_moves_moved_by_given CHECK (moved_by <> ''),
  CONSTRAINT call_moves_why_given CHECK (why <> '')
) STRICT;

CREATE INDEX call_moves_call ON call_moves (call_id);

CREATE TRIGGER call_moves_stay_as_they_are BEFORE UPDATE ON call_moves
BEGIN
  SELECT RAISE(ABORT, 'call_moves is never changed');
END;

CREATE TRIGGER call_moves_stay BEFORE DELETE ON call_moves
BEGIN
  SELECT RAISE(ABORT, 'nothing is deleted from call_moves');
END;

-- A record that is corrected later still names the account of the call itself. The last move applies.
CREATE TRIGGER call_records_stay_moved AFTER UPDATE OF account_id, account_name, department_id ON call_records
WHEN EXISTS (SELECT 1 FROM call_moves WHERE call_id = NEW.call_id)
BEGIN
  UPDATE call_records
  SET (account_id, account_name, department_id) =
    (SELECT to_account_id, to_account_name, to_department_id FROM call_moves WHERE call_id = NEW.call_id ORDER BY id DESC LIMIT 1)
  WHERE call_id = NEW.call_id AND (account_id, account_name, department_id) IS NOT
    (SELECT to_account_id, to_account_name, to_department_id FROM call_moves WHERE call_id = NEW.call_id ORDER BY id DESC LIMIT 1);
END;
