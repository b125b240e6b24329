-- Restrictions under a name, and the accounts that they were used on last (src/web/pages/directory/templates.ts).

CREATE TABLE restriction_templates (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  name        TEXT NOT NULL COLLATE NOCASE CONSTRAINT restriction_templates_name_unique UNIQUE,
  restriction TEXT NOT NULL CONSTRAINT restriction_templates_json CHECK (json_valid(restriction)), -- as of an account
  changed_at  INTEGER NOT NULL,
  CONSTRAINT restriction_templates_name_given CHECK (name <> '')
) STRICT;

CREATE TABLE restriction_template_uses (
  account_id  INTEGER NOT NULL PRIMARY KEY,
  template_id INTEGER NOT NULL REFERENCES restriction_templates (id)
) STRICT;

CREATE INDEX restriction_template_uses_template ON restriction_template_uses (template_id, account_id);
