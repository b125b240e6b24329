-- Closed call records as they were before better knowledge corrected them (src/records/closing.ts).
CREATE TABLE call_record_corrections (
  id           INTEGER PRIMARY KEY,
  call_id      TEXT NOT NULL,
  corrected_at INTEGER NOT NULL,
  before       TEXT NOT NULL, -- the record as JSON, fields as in src/words/call-record.ts
  after        TEXT NOT NULL
) STRICT;

CREATE INDEX call_record_corrections_call ON call_record_corrections (call_id);

-- When a call with an open record was last known to be up, for an estimate if nothing better comes.
CREATE TABLE call_heartbeats (
  call_id     TEXT NOT NULL PRIMARY KEY,
  answered_at INTEGER, -- null: the called party had not answered yet
  heard_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
