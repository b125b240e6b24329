-- Call records on their way to SQL Server. A row is written in the same transaction as the change it refers to, so nothing is
-- forgotten; sending a call twice changes nothing, so a row that outlives its sending is harmless.
CREATE TABLE outbox (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  call_id TEXT NOT NULL
) STRICT;

-- Records that SQL Server refuses, set aside with its reason.
CREATE TABLE outbox_refused (
  call_id    TEXT NOT NULL PRIMARY KEY,
  reason     TEXT NOT NULL,
  refused_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Nothing is collected until a controller with a SQL Server asks for it: the setting `outbox`.
CREATE TRIGGER call_records_insert_to_outbox AFTER INSERT ON call_records
WHEN EXISTS (SELECT 1 FROM settings WHERE name = 'outbox')
BEGIN
  INSERT INTO outbox (call_id) VALUES (NEW.call_id);
END;

CREATE TRIGGER call_records_update_to_outbox AFTER UPDATE ON call_records
WHEN EXISTS (SELECT 1 FROM settings WHERE name = 'outbox')
BEGIN
  INSERT INTO outbox (call_id) VALUES (NEW.call_id);
END;

CREATE TRIGGER call_prices_insert_to_outbox AFTER INSERT ON call_prices
WHEN EXISTS (SELECT 1 FROM settings WHERE name = 'outbox')
BEGIN
  INSERT INTO outbox (call_id) VALUES (NEW.call_id);
END;
