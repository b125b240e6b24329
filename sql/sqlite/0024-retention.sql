-- Calls that are old enough lose digits of their numbers, the code that was keyed, and at last their record; a person can be erased (docs/privacy.md).

ALTER TABLE call_records ADD COLUMN shortened_at INTEGER; -- when numbers were shortened or erased; null: they are whole
ALTER TABLE call_records ADD COLUMN code_forgotten_at INTEGER; -- when the code that was keyed was taken out; null: it was not
ALTER TABLE call_records ADD COLUMN country TEXT; -- of the number that was shortened or erased, ISO 3166: reports go on saying it

-- Whose records were removed because of their age: what the ledger says of these calls stays, and has nothing to be compared with.
CREATE TABLE removed_calls (
  call_id    TEXT NOT NULL PRIMARY KEY,
  removed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- SQL Server shortens its own: sent again, a call that was archived there would come back.
DROP TRIGGER call_records_update_to_outbox;
CREATE TRIGGER call_records_update_to_outbox AFTER UPDATE ON call_records
WHEN (NEW.shortened_at, NEW.code_forgotten_at) IS (OLD.shortened_at, OLD.code_forgotten_at)
  AND EXISTS (SELECT 1 FROM settings WHERE name = 'outbox')
BEGIN
  INSERT INTO outbox (call_id) VALUES (NEW.call_id);
END;

-- Nothing that reports add up changes with it.
DROP TRIGGER call_records_update_to_report;
CREATE TRIGGER call_records_update_to_report AFTER UPDATE ON call_records
WHEN (OLD.ended_at IS NOT NULL OR NEW.ended_at IS NOT NULL)
  AND (NEW.shortened_at, NEW.code_forgotten_at) IS (OLD.shortened_at, OLD.code_forgotten_at)
BEGIN
  INSERT INTO report_stale_hours (hour, stamp) VALUES (NEW.started_at / 3600000, random())
  ON CONFLICT (hour) DO UPDATE SET stamp = excluded.stamp;
  INSERT INTO report_stale_hours (hour, stamp) SELECT OLD.started_at / 3600000, random()
  WHERE OLD.started_at / 3600000 <> NEW.started_at / 3600000
  ON CONFLICT (hour) DO UPDATE SET stamp = excluded.stamp;
END;

-- How far it is: settings retention.numbers and retention.codes, the start of the calls that come next. A call that is written later
-- than its turn, or that a correction has given its number back, has its turn again.
CREATE TRIGGER call_records_insert_to_retention AFTER INSERT ON call_records WHEN NEW.ended_at IS NOT NULL
BEGIN
  UPDATE settings SET value = NEW.started_at
  WHERE name IN ('retention.numbers', 'retention.codes') AND CAST(value AS INTEGER) > NEW.started_at;
END;

CREATE TRIGGER call_records_update_to_retention
AFTER UPDATE OF caller_name, keyed_number, called_number, called_e164, code, ended_at ON call_records
WHEN NEW.ended_at IS NOT NULL AND (NEW.shortened_at, NEW.code_forgotten_at) IS (OLD.shortened_at, OLD.code_forgotten_at)
BEGIN
  UPDATE call_records SET shortened_at = NULL, code_forgotten_at = NULL
  WHERE call_id = NEW.call_id AND (shortened_at IS NOT NULL OR code_forgotten_at IS NOT NULL);
  UPDATE settings SET value = NEW.started_at
  WHERE name IN ('retention.numbers', 'retention.codes') AND CAST(value AS INTEGER) > NEW.started_at;
END;

-- What was moved stays as it is while there is a record of the call; names of a person who is erased alone may go.
DROP TRIGGER call_moves_stay_as_they_are;
CREATE TRIGGER call_moves_stay_as_they_are BEFORE UPDATE ON call_moves
WHEN (NEW.id, NEW.call_id, NEW.moved_at, NEW.moved_by, NEW.why, NEW.from_account_id, NEW.from_department_id, NEW.to_account_id, NEW.to_department_id)
  IS NOT (OLD.id, OLD.call_id, OLD.moved_at, OLD.moved_by, OLD.why, OLD.from_account_id, OLD.from_department_id, OLD.to_account_id, OLD.to_department_id)
  OR (NEW.from_account_name IS NOT OLD.from_account_name AND NEW.from_account_name IS NOT '(erased)')
  OR (NEW.to_account_name IS NOT OLD.to_account_name AND NEW.to_account_name IS NOT '(erased)')
BEGIN
  SELECT RAISE(ABORT, 'call_moves is never changed');
END;

DROP TRIGGER call_moves_stay;
CREATE TRIGGER call_moves_stay BEFORE DELETE ON call_moves
WHEN EXISTS (SELECT 1 FROM call_records WHERE call_id = OLD.call_id)
BEGIN
  SELECT RAISE(ABORT, 'nothing is deleted from call_moves');
END;
