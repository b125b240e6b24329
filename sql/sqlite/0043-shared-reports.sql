-- Saved reports, and their schedules, are those of all controllers of one SQL Server (0040-shared-console.sql).

-- As of users.
ALTER TABLE saved_reports ADD COLUMN shared_key TEXT;
UPDATE saved_reports SET shared_key = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX saved_reports_shared_key ON saved_reports (shared_key);

-- A schedule was called by the report's name and id, which those of two controllers may have in common: now by its key. What is known of it goes with it.
UPDATE report_deliveries SET schedule = (
  SELECT substr(report_deliveries.schedule, 1, length(report_deliveries.schedule) - length(r.id) - 1) || '-' || substr(r.shared_key, 1, 8)
  FROM saved_reports r WHERE json_extract(r.schedule, '$.name') = report_deliveries.schedule)
WHERE schedule IN (SELECT json_extract(schedule, '$.name') FROM saved_reports WHERE schedule IS NOT NULL);
UPDATE report_recipients SET schedule = (
  SELECT substr(report_recipients.schedule, 1, length(report_recipients.schedule) - length(r.id) - 1) || '-' || substr(r.shared_key, 1, 8)
  FROM saved_reports r WHERE json_extract(r.schedule, '$.name') = report_recipients.schedule)
WHERE schedule IN (SELECT json_extract(schedule, '$.name') FROM saved_reports WHERE schedule IS NOT NULL);
UPDATE saved_reports SET schedule = json_set(schedule, '$.name',
  substr(json_extract(schedule, '$.name'), 1, length(json_extract(schedule, '$.name')) - length(id) - 1) || '-' || substr(shared_key, 1, 8))
WHERE schedule IS NOT NULL;

CREATE TRIGGER saved_reports_added AFTER INSERT ON saved_reports
BEGIN
  UPDATE saved_reports SET shared_key = lower(hex(randomblob(16))) WHERE id = NEW.id AND shared_key IS NULL;
  INSERT OR IGNORE INTO shared_changes (kind, key) SELECT 'saved-report', shared_key FROM saved_reports WHERE id = NEW.id;
END;

CREATE TRIGGER saved_reports_changed AFTER UPDATE ON saved_reports WHEN NEW.shared_key IS NOT NULL
BEGIN INSERT OR IGNORE INTO shared_changes (kind, key) VALUES ('saved-report', NEW.shared_key); END;

CREATE TRIGGER saved_reports_removed AFTER DELETE ON saved_reports
BEGIN INSERT OR IGNORE INTO shared_changes (kind, key) VALUES ('saved-report', OLD.shared_key); END;

-- What was there before.
INSERT INTO shared_changes (kind, key) SELECT 'saved-report', shared_key FROM saved_reports;
