-- Where statements are sent, and what became of each.

ALTER TABLE accounts ADD COLUMN mail TEXT NOT NULL DEFAULT ''; -- addresses separated by commas
ALTER TABLE departments ADD COLUMN mail TEXT NOT NULL DEFAULT '';

-- What was sent to each recipient of a scheduled report (src/reports/schedule/recipients.ts). Kept for 400 days.
CREATE TABLE report_recipients (
  schedule     TEXT NOT NULL,
  due_at       INTEGER NOT NULL,
  recipient    TEXT NOT NULL, -- who: account 12, department 3, client acme, or a mail address or folder of the schedule
  name         TEXT NOT NULL, -- as people call it
  sent_to      TEXT NOT NULL, -- mail address or file; empty: there is none
  tries        INTEGER NOT NULL,
  tried_at     INTEGER NOT NULL,
  delivered_at INTEGER, -- null: not yet
  error        TEXT, -- why the last try failed
  PRIMARY KEY (schedule, due_at, recipient)
) STRICT, WITHOUT ROWID;
