-- How much may be called by a department, and to a destination: as of an account and of a phone. Null, and no hours: no limit.

ALTER TABLE departments ADD COLUMN longest_call_minutes INTEGER CONSTRAINT departments_longest_call_is_positive CHECK (longest_call_minutes >= 1);
ALTER TABLE departments ADD COLUMN calls_at_a_time INTEGER CONSTRAINT departments_calls_at_a_time_is_positive CHECK (calls_at_a_time >= 1);
ALTER TABLE departments ADD COLUMN calls_per_minute INTEGER CONSTRAINT departments_calls_per_minute_is_positive CHECK (calls_per_minute >= 1);
ALTER TABLE departments ADD COLUMN minutes_per_day INTEGER CONSTRAINT departments_minutes_per_day_is_positive CHECK (minutes_per_day >= 1);
ALTER TABLE departments ADD COLUMN minutes_per_month INTEGER CONSTRAINT departments_minutes_per_month_is_positive CHECK (minutes_per_month >= 1);
ALTER TABLE departments ADD COLUMN money_per_day_micros INTEGER CONSTRAINT departments_money_per_day_not_negative CHECK (money_per_day_micros >= 0);
ALTER TABLE departments ADD COLUMN money_per_month_micros INTEGER CONSTRAINT departments_money_per_month_not_negative CHECK (money_per_month_micros >= 0);
ALTER TABLE departments ADD COLUMN money_per_contract_micros INTEGER CONSTRAINT departments_money_per_contract_not_negative CHECK (money_per_contract_micros >= 0);
ALTER TABLE departments ADD COLUMN highest_price_micros INTEGER CONSTRAINT departments_highest_price_not_negative CHECK (highest_price_micros >= 0);
ALTER TABLE departments ADD COLUMN calling_hours TEXT NOT NULL DEFAULT ''; -- times of the week, site time, separated by commas

CREATE TABLE destinations (
  id                        INTEGER PRIMARY KEY,
  name                      TEXT NOT NULL COLLATE NOCASE CONSTRAINT destinations_name_unique UNIQUE,
  call_types                TEXT NOT NULL DEFAULT '', -- empty: every type
  prefixes                  TEXT NOT NULL DEFAULT '', -- of E.164, without +; empty: every number
  longest_call_minutes      INTEGER,
  calls_at_a_time           INTEGER,
  calls_per_minute          INTEGER,
  minutes_per_day           INTEGER,
  minutes_per_month         INTEGER,
  money_per_day_micros      INTEGER,
  money_per_month_micros    INTEGER,
  money_per_contract_micros INTEGER,
  highest_price_micros      INTEGER,
  calling_hours             TEXT NOT NULL DEFAULT '',
  CONSTRAINT destinations_name_given CHECK (name <> ''),
  CONSTRAINT destinations_are_somewhere CHECK (call_types <> '' OR prefixes <> ''),
  CONSTRAINT destinations_longest_call_is_positive CHECK (longest_call_minutes >= 1),
  CONSTRAINT destinations_calls_at_a_time_is_positive CHECK (calls_at_a_time >= 1),
  CONSTRAINT destinations_calls_per_minute_is_positive CHECK (calls_per_minute >= 1),
  CONSTRAINT destinations_minutes_per_day_is_positive CHECK (minutes_per_day >= 1),
  CONSTRAINT destinations_minutes_per_month_is_positive CHECK (minutes_per_month >= 1),
  CONSTRAINT destinations_money_per_day_not_negative CHECK (money_per_day_micros >= 0),
  CONSTRAINT destinations_money_per_month_not_negative CHECK (money_per_month_micros >= 0),
  CONSTRAINT destinations_money_per_contract_not_negative CHECK (money_per_contract_micros >= 0),
  CONSTRAINT destinations_highest_price_not_negative CHECK (highest_price_micros >= 0)
) STRICT;

-- Whoever decides calls keeps both in memory, and reads them again when this setting is another one than before.
CREATE TRIGGER departments_insert_to_limits AFTER INSERT ON departments
BEGIN
  INSERT INTO settings (name, value) VALUES ('limits.version', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER departments_update_to_limits AFTER UPDATE ON departments
BEGIN
  INSERT INTO settings (name, value) VALUES ('limits.version', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER departments_delete_to_limits AFTER DELETE ON departments
BEGIN
  INSERT INTO settings (name, value) VALUES ('limits.version', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER destinations_insert_to_limits AFTER INSERT ON destinations
BEGIN
  INSERT INTO settings (name, value) VALUES ('limits.version', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER destinations_update_to_limits AFTER UPDATE ON destinations
BEGIN
  INSERT INTO settings (name, value) VALUES ('limits.version', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER destinations_delete_to_limits AFTER DELETE ON destinations
BEGIN
  INSERT INTO settings (name, value) VALUES ('limits.version', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

-- What calls charged to a department, and to a destination, have cost of all time, up to the transfer that the setting ledger.groups_seq names:
-- it stays where records are removed because of their age.
CREATE TABLE ledger_groups (
  kind        TEXT NOT NULL, -- department, destination
  id          INTEGER NOT NULL,
  currency    TEXT NOT NULL,
  used_micros INTEGER NOT NULL,
  PRIMARY KEY (kind, id, currency)
) STRICT, WITHOUT ROWID;
