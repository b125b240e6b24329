-- Alerts are seen at all controllers of one SQL Server (0040-shared-console.sql), and delivered by the one that saw them.

-- Of another controller's alert, what became of it there, as JSON; null: it is of this one, and alert_deliveries has that.
ALTER TABLE alerts ADD COLUMN deliveries TEXT;

CREATE TRIGGER alerts_added AFTER INSERT ON alerts
BEGIN INSERT OR IGNORE INTO shared_changes (kind, key) VALUES ('alert', NEW.id); END;

-- Where a number was taken out of it, it does not stay in what was agreed upon either: what is here is newer than that.
CREATE TRIGGER alerts_changed AFTER UPDATE OF text, fields, deliveries ON alerts
WHEN NEW.text IS NOT OLD.text OR NEW.fields IS NOT OLD.fields OR NEW.deliveries IS NOT OLD.deliveries
BEGIN
  INSERT OR IGNORE INTO shared_changes (kind, key) VALUES ('alert', NEW.id);
  UPDATE shared_rows SET content = json_set(content,
    '$.text', CASE WHEN NEW.text IS OLD.text THEN json_extract(content, '$.text') ELSE '' END,
    '$.fields', CASE WHEN NEW.fields IS OLD.fields THEN json_extract(content, '$.fields') ELSE '' END,
    '$.deliveries', CASE WHEN NEW.deliveries IS OLD.deliveries THEN json_extract(content, '$.deliveries') ELSE '' END)
  WHERE kind = 'alert' AND key = NEW.id;
END;

CREATE TRIGGER alert_deliveries_changed AFTER UPDATE OF delivered_at, given_up_at, error ON alert_deliveries
WHEN NEW.delivered_at IS NOT OLD.delivered_at OR NEW.given_up_at IS NOT OLD.given_up_at OR NEW.error IS NOT OLD.error
BEGIN
  INSERT OR IGNORE INTO shared_changes (kind, key) VALUES ('alert', NEW.alert_id);
  UPDATE shared_rows SET content = json_set(content, '$.deliveries', '') WHERE kind = 'alert' AND key = NEW.alert_id;
END;

-- Each side lets old ones go by itself.
CREATE TRIGGER alerts_removed AFTER DELETE ON alerts
BEGIN
  DELETE FROM shared_changes WHERE kind = 'alert' AND key = OLD.id;
  DELETE FROM shared_rows WHERE kind = 'alert' AND key = OLD.id;
END;

-- What was there before.
INSERT INTO shared_changes (kind, key) SELECT 'alert', id FROM alerts;
