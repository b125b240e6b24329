-- What lists of the console look for among many.

-- Called numbers of the calls of an hour, in the order of report_hours and packed as there: a 1 and the digits as one number, 0 for one that
-- cannot be written so (src/store/sqlite/reports/hours/numbers.ts). Laid by together with the hour, off the way of calls. Where there are none, the
-- records are looked through. It can be derived from them and may be emptied at any time.
CREATE TABLE report_numbers (
  hour    INTEGER PRIMARY KEY, -- hours since 1970
  numbers BLOB, -- null: still to be laid by
  stamp   INTEGER NOT NULL -- another one with each change, so that whoever lays them by can tell whether they are still current
) STRICT;
CREATE INDEX report_numbers_missing ON report_numbers (hour) WHERE numbers IS NULL;

INSERT INTO report_numbers (hour, stamp) SELECT hour, random() FROM report_hours;

-- A number that is shortened or erased is here no longer either. Any other change makes the whole hour stale.
CREATE TRIGGER call_records_update_to_numbers AFTER UPDATE ON call_records
WHEN (NEW.shortened_at, NEW.code_forgotten_at) IS NOT (OLD.shortened_at, OLD.code_forgotten_at)
  AND (NEW.keyed_number, NEW.called_number, NEW.called_e164) IS NOT (OLD.keyed_number, OLD.called_number, OLD.called_e164)
BEGIN
  INSERT INTO report_numbers (hour, numbers, stamp) VALUES (NEW.started_at / 3600000, NULL, random())
  ON CONFLICT (hour) DO UPDATE SET numbers = NULL, stamp = excluded.stamp;
END;

CREATE TRIGGER call_records_delete_to_numbers AFTER DELETE ON call_records
BEGIN
  UPDATE report_numbers SET numbers = NULL, stamp = random() WHERE hour = OLD.started_at / 3600000;
END;

-- Accounts of a department by name, and the few that are disabled.
DROP INDEX accounts_department;
CREATE INDEX accounts_department ON accounts (department_id, name COLLATE NOCASE, id);
CREATE INDEX accounts_disabled ON accounts (name COLLATE NOCASE, id) WHERE enabled = 0;

-- Which accounts have lately changed what they are searched by, so that whoever holds all names in memory knows. The last 10,000 changes.
CREATE TABLE changed_accounts (
  seq        INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL
) STRICT;

CREATE TRIGGER accounts_insert_to_names AFTER INSERT ON accounts
BEGIN
  INSERT INTO changed_accounts (account_id) VALUES (NEW.id);
  DELETE FROM changed_accounts WHERE seq <= (SELECT max(seq) FROM changed_accounts) - 10000;
END;

CREATE TRIGGER accounts_update_to_names AFTER UPDATE ON accounts
WHEN (NEW.id, NEW.name, NEW.client, NEW.matter) IS NOT (OLD.id, OLD.name, OLD.client, OLD.matter)
BEGIN
  INSERT INTO changed_accounts (account_id) VALUES (NEW.id);
  DELETE FROM changed_accounts WHERE seq <= (SELECT max(seq) FROM changed_accounts) - 10000;
END;

CREATE TRIGGER accounts_delete_to_names AFTER DELETE ON accounts
BEGIN
  INSERT INTO changed_accounts (account_id) VALUES (OLD.id);
  DELETE FROM changed_accounts WHERE seq <= (SELECT max(seq) FROM changed_accounts) - 10000;
END;
