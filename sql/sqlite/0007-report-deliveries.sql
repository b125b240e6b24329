-- The latest delivery of each scheduled report (src/reports/schedule/schedules.ts).
CREATE TABLE report_deliveries (
  schedule     TEXT NOT NULL PRIMARY KEY,
  due_at       INTEGER NOT NULL,
  delivered_at INTEGER, -- null: not yet
  tries        INTEGER NOT NULL,
  error        TEXT -- why the last try failed
) STRICT, WITHOUT ROWID;
