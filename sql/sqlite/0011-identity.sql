-- Which database this is, and where its copy came from. Ids of rows mean something only together with the database that gave them.

-- A UUID of this file, and one of its history, which is another one once the file began anew.
INSERT INTO settings (name, value)
SELECT name, substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-' || substr(h, 13, 4) || '-' || substr(h, 17, 4) || '-' || substr(h, 21)
FROM (SELECT 'identity.database' AS name, hex(randomblob(16)) AS h UNION ALL SELECT 'identity.history', hex(randomblob(16)));

-- What SQL Server has taken, to be sent again where a restore of the database lost it. Kept for 35 days (records/sent.ts).
CREATE TABLE outbox_sent (
  seq     INTEGER PRIMARY KEY, -- as it was in the outbox
  call_id TEXT NOT NULL,
  sent_at INTEGER NOT NULL
) STRICT;

-- A trigger rather than code, so that whatever settles the outbox is noted.
CREATE TRIGGER outbox_delete_to_sent AFTER DELETE ON outbox
BEGIN
  INSERT OR REPLACE INTO outbox_sent (seq, call_id, sent_at)
  VALUES (OLD.seq, OLD.call_id, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER));
END;

-- Ids that rows had here before they were carried over to a SQL Server that gave them others; new_id null: the row was removed before.
-- Records up to the setting move.last_record have the former ones.
CREATE TABLE former_ids (
  kind   TEXT NOT NULL, -- account, department, extension, rate-table
  id     INTEGER NOT NULL,
  new_id INTEGER,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
