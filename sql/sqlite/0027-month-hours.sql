-- Sums of call_months by hour, so that what a call comes after takes no longer to add up late in a month than early in it.
CREATE TABLE call_month_hours (
  month       TEXT NOT NULL,
  hour        INTEGER NOT NULL, -- answered_at / 3600000
  included_ms INTEGER NOT NULL,
  tiered_ms   INTEGER NOT NULL,
  PRIMARY KEY (month, hour)
) STRICT, WITHOUT ROWID;

INSERT INTO call_month_hours (month, hour, included_ms, tiered_ms)
SELECT month, answered_at / 3600000, sum(included_ms), sum(tiered_ms) FROM call_months GROUP BY 1, 2;

CREATE TRIGGER call_months_insert_to_hours AFTER INSERT ON call_months
BEGIN
  INSERT INTO call_month_hours (month, hour, included_ms, tiered_ms)
  VALUES (NEW.month, NEW.answered_at / 3600000, NEW.included_ms, NEW.tiered_ms)
  ON CONFLICT (month, hour) DO UPDATE SET included_ms = included_ms + excluded.included_ms, tiered_ms = tiered_ms + excluded.tiered_ms;
END;

CREATE TRIGGER call_months_delete_from_hours AFTER DELETE ON call_months
BEGIN
  UPDATE call_month_hours SET included_ms = included_ms - OLD.included_ms, tiered_ms = tiered_ms - OLD.tiered_ms
  WHERE month = OLD.month AND hour = OLD.answered_at / 3600000;
END;

-- A share is taken out and put in.
CREATE TRIGGER call_months_stay_as_they_are BEFORE UPDATE ON call_months
BEGIN
  SELECT RAISE(ABORT, 'call_months is never changed');
END;
