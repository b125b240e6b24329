-- What the controllers of one SQL Server have in common of the console: who signs in, tokens of the API, restriction templates, and the audit trail.

-- The same for one person on every controller, whose ids are their own; 32 hexadecimal digits.
ALTER TABLE console_users ADD COLUMN shared_key TEXT;
UPDATE console_users SET shared_key = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX console_users_shared_key ON console_users (shared_key);
-- Another value each time that all sessions of a person are ended.
ALTER TABLE console_users ADD COLUMN sessions_ended TEXT NOT NULL DEFAULT '';

-- As of users.
ALTER TABLE restriction_templates ADD COLUMN shared_key TEXT;
UPDATE restriction_templates SET shared_key = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX restriction_templates_shared_key ON restriction_templates (shared_key);

-- The controller where a line was written; null: this one.
ALTER TABLE console_audit ADD COLUMN controller TEXT;

-- Rows that may be other here than there.
CREATE TABLE shared_changes (
  kind TEXT NOT NULL,
  key  TEXT NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

-- Rows as both sides had them last.
CREATE TABLE shared_rows (
  kind    TEXT NOT NULL,
  key     TEXT NOT NULL,
  version INTEGER NOT NULL, -- in SQL Server, dbo.ConsoleRows
  content TEXT NOT NULL,    -- JSON
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER console_users_added AFTER INSERT ON console_users
BEGIN
  UPDATE console_users SET shared_key = lower(hex(randomblob(16))) WHERE id = NEW.id AND shared_key IS NULL;
  INSERT OR IGNORE INTO shared_changes (kind, key) SELECT 'user', shared_key FROM console_users WHERE id = NEW.id;
END;

CREATE TRIGGER console_users_changed AFTER UPDATE ON console_users WHEN NEW.shared_key IS NOT NULL
BEGIN INSERT OR IGNORE INTO shared_changes (kind, key) VALUES ('user', NEW.shared_key); END;

CREATE TRIGGER console_tokens_added AFTER INSERT ON console_tokens
BEGIN INSERT OR IGNORE INTO shared_changes (kind, key) VALUES ('token', NEW.token_hash); END;

CREATE TRIGGER console_tokens_changed AFTER UPDATE ON console_tokens
BEGIN INSERT OR IGNORE INTO shared_changes (kind, key) VALUES ('token', NEW.token_hash); END;

CREATE TRIGGER restriction_templates_added AFTER INSERT ON restriction_templates
BEGIN
  UPDATE restriction_templates SET shared_key = lower(hex(randomblob(16))) WHERE id = NEW.id AND shared_key IS NULL;
  INSERT OR IGNORE INTO shared_changes (kind, key) SELECT 'template', shared_key FROM restriction_templates WHERE id = NEW.id;
END;

CREATE TRIGGER restriction_templates_changed AFTER UPDATE ON restriction_templates WHEN NEW.shared_key IS NOT NULL
BEGIN INSERT OR IGNORE INTO shared_changes (kind, key) VALUES ('template', NEW.shared_key); END;

CREATE TRIGGER restriction_templates_removed AFTER DELETE ON restriction_templates
BEGIN INSERT OR IGNORE INTO shared_changes (kind, key) VALUES ('template', OLD.shared_key); END;

CREATE TRIGGER restriction_template_uses_added AFTER INSERT ON restriction_template_uses
BEGIN INSERT OR IGNORE INTO shared_changes (kind, key) VALUES ('template-use', NEW.account_id); END;

CREATE TRIGGER restriction_template_uses_removed AFTER DELETE ON restriction_template_uses
BEGIN INSERT OR IGNORE INTO shared_changes (kind, key) VALUES ('template-use', OLD.account_id); END;

-- What was there before.
INSERT INTO shared_changes (kind, key)
SELECT 'user', shared_key FROM console_users
UNION ALL SELECT 'token', token_hash FROM console_tokens
UNION ALL SELECT 'template', shared_key FROM restriction_templates
UNION ALL SELECT 'template-use', account_id FROM restriction_template_uses;
