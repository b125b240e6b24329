-- Reminders of calls without a code: where those of a phone are sent, what was sent, and what links in them are signed with.

ALTER TABLE extensions ADD COLUMN mail TEXT NOT NULL DEFAULT '';

CREATE TABLE call_reminders (
  call_id TEXT NOT NULL,
  kind    TEXT NOT NULL, -- reminder, last-reminder, escalation
  sent_at INTEGER NOT NULL,
  PRIMARY KEY (call_id, kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX call_reminders_sent ON call_reminders (sent_at);

-- Whoever can read this file can sign: it is as secret as the codes in it.
CREATE TABLE link_keys (
  purpose TEXT NOT NULL PRIMARY KEY,
  key     BLOB NOT NULL
) STRICT;

INSERT INTO link_keys (purpose, key) VALUES ('my-calls', randomblob(32));
