-- Whoever decides and prices calls remembers the rates, tables and phones that it found, and forgets them when the setting is another one than
-- before. An import writes rates that do not apply yet, a million of them: those say nothing.

CREATE TRIGGER rates_insert_to_changed AFTER INSERT ON rates
WHEN NEW.version = (SELECT version FROM rate_tables WHERE id = NEW.table_id)
BEGIN
  INSERT INTO settings (name, value) VALUES ('rates.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER rates_update_to_changed AFTER UPDATE ON rates
BEGIN
  INSERT INTO settings (name, value) VALUES ('rates.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER rates_delete_to_changed AFTER DELETE ON rates
WHEN OLD.version = (SELECT version FROM rate_tables WHERE id = OLD.table_id)
BEGIN
  INSERT INTO settings (name, value) VALUES ('rates.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER rate_tables_insert_to_changed AFTER INSERT ON rate_tables
BEGIN
  INSERT INTO settings (name, value) VALUES ('rates.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER rate_tables_update_to_changed AFTER UPDATE ON rate_tables
BEGIN
  INSERT INTO settings (name, value) VALUES ('rates.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER rate_tables_delete_to_changed AFTER DELETE ON rate_tables
BEGIN
  INSERT INTO settings (name, value) VALUES ('rates.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER department_rate_tables_insert_to_changed AFTER INSERT ON department_rate_tables
BEGIN
  INSERT INTO settings (name, value) VALUES ('rates.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER department_rate_tables_update_to_changed AFTER UPDATE ON department_rate_tables
BEGIN
  INSERT INTO settings (name, value) VALUES ('rates.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER department_rate_tables_delete_to_changed AFTER DELETE ON department_rate_tables
BEGIN
  INSERT INTO settings (name, value) VALUES ('rates.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER extensions_insert_to_changed AFTER INSERT ON extensions
BEGIN
  INSERT INTO settings (name, value) VALUES ('extensions.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER extensions_update_to_changed AFTER UPDATE ON extensions
BEGIN
  INSERT INTO settings (name, value) VALUES ('extensions.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER extensions_delete_to_changed AFTER DELETE ON extensions
BEGIN
  INSERT INTO settings (name, value) VALUES ('extensions.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER departments_update_to_changed AFTER UPDATE ON departments
BEGIN
  INSERT INTO settings (name, value) VALUES ('extensions.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;

CREATE TRIGGER departments_delete_to_changed AFTER DELETE ON departments
BEGIN
  INSERT INTO settings (name, value) VALUES ('extensions.changed', CAST(random() AS TEXT)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
END;
