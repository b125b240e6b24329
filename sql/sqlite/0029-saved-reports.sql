-- Reports as people have saved them in the web console (src/web/pages/reports/saved.ts).
CREATE TABLE saved_reports (
  id       INTEGER PRIMARY KEY AUTOINCREMENT, -- none comes twice: it names the deliveries
  user_id  INTEGER NOT NULL REFERENCES console_users (id),
  name     TEXT NOT NULL COLLATE NOCASE,
  report   TEXT NOT NULL, -- as in src/reports/catalog.ts
  query    TEXT NOT NULL, -- what was asked for on its page: preset=last-month&filter=…
  made_at  INTEGER NOT NULL,
  schedule TEXT, -- JSON, as in reports.schedules (docs/reports.md); null: none
  UNIQUE (user_id, name)
) STRICT;
