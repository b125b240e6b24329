-- What reports add up, arranged so that a month is read in a fraction of a second: one row per hour (UTC) in which calls
-- started, with each field of those calls in a BLOB of its own (src/store/sqlite/packed.ts). Everything here can be derived from
-- call_records and call_prices, and may be deleted at any time: hours without a row here are read from there.
CREATE TABLE report_hours (
  hour        INTEGER PRIMARY KEY, -- hours since 1970
  calls       INTEGER NOT NULL, -- that are over
  started     BLOB NOT NULL, -- milliseconds after the hour
  account     BLOB NOT NULL, -- id; 0: none
  department  BLOB NOT NULL, -- id; 0: none
  extension   BLOB NOT NULL, -- this and the next seven: ids in report_words; 0: none
  destination BLOB NOT NULL, -- of the rate
  country     BLOB NOT NULL, -- of the number, ISO 3166
  call_type   BLOB NOT NULL,
  entry       BLOB NOT NULL,
  outcome     BLOB NOT NULL,
  reason      BLOB NOT NULL,
  currency    BLOB NOT NULL,
  flags       BLOB NOT NULL, -- 1: answered, 2: unrated
  billable    BLOB NOT NULL, -- milliseconds
  cost        BLOB NOT NULL, -- micro-units
  charge      BLOB NOT NULL
) STRICT;

CREATE TABLE report_words (
  id   INTEGER PRIMARY KEY,
  word TEXT NOT NULL CONSTRAINT report_words_word_unique UNIQUE
) STRICT;

-- Hours whose row in report_hours is missing or out of date. The stamp changes with each change, so that whoever rewrites
-- the row can tell whether it is still current.
CREATE TABLE report_stale_hours (
  hour  INTEGER PRIMARY KEY,
  stamp INTEGER NOT NULL
) STRICT;

INSERT INTO report_stale_hours (hour, stamp)
SELECT started_at / 3600000, random() FROM call_records WHERE ended_at IS NOT NULL GROUP BY started_at / 3600000;

-- Triggers rather than code, so that reports follow whoever changes a call or a price, with whatever program.
CREATE TRIGGER call_records_insert_to_report AFTER INSERT ON call_records WHEN NEW.ended_at IS NOT NULL
BEGIN
  INSERT INTO report_stale_hours (hour, stamp) VALUES (NEW.started_at / 3600000, random())
  ON CONFLICT (hour) DO UPDATE SET stamp = excluded.stamp;
END;

CREATE TRIGGER call_records_update_to_report AFTER UPDATE ON call_records
WHEN OLD.ended_at IS NOT NULL OR NEW.ended_at IS NOT NULL
BEGIN
  INSERT INTO report_stale_hours (hour, stamp) VALUES (NEW.started_at / 3600000, random())
  ON CONFLICT (hour) DO UPDATE SET stamp = excluded.stamp;
  INSERT INTO report_stale_hours (hour, stamp) SELECT OLD.started_at / 3600000, random()
  WHERE OLD.started_at / 3600000 <> NEW.started_at / 3600000
  ON CONFLICT (hour) DO UPDATE SET stamp = excluded.stamp;
END;

CREATE TRIGGER call_records_delete_to_report AFTER DELETE ON call_records WHEN OLD.ended_at IS NOT NULL
BEGIN
  INSERT INTO report_stale_hours (hour, stamp) VALUES (OLD.started_at / 3600000, random())
  ON CONFLICT (hour) DO UPDATE SET stamp = excluded.stamp;
END;

CREATE TRIGGER call_prices_insert_to_report AFTER INSERT ON call_prices
BEGIN
  INSERT INTO report_stale_hours (hour, stamp)
  SELECT started_at / 3600000, random() FROM call_records WHERE call_id = NEW.call_id AND ended_at IS NOT NULL
  ON CONFLICT (hour) DO UPDATE SET stamp = excluded.stamp;
END;

CREATE TRIGGER call_prices_update_to_report AFTER UPDATE ON call_prices
BEGIN
  INSERT INTO report_stale_hours (hour, stamp)
  SELECT started_at / 3600000, random() FROM call_records WHERE call_id = NEW.call_id AND ended_at IS NOT NULL
  ON CONFLICT (hour) DO UPDATE SET stamp = excluded.stamp;
END;

CREATE TRIGGER call_prices_delete_to_report AFTER DELETE ON call_prices
BEGIN
  INSERT INTO report_stale_hours (hour, stamp)
  SELECT started_at / 3600000, random() FROM call_records WHERE call_id = OLD.call_id AND ended_at IS NOT NULL
  ON CONFLICT (hour) DO UPDATE SET stamp = excluded.stamp;
END;
