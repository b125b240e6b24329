-- What programs are told of calls (src/notify/hooks.ts): events that wait for the targets of `webhooks.targets`. What is delivered is removed.

-- Written at every start of the controller.
CREATE TABLE hook_targets (
  name  TEXT NOT NULL PRIMARY KEY,
  kinds TEXT NOT NULL -- of events that it wants, each between commas: ,ended,moved,
) STRICT, WITHOUT ROWID;

CREATE TABLE hook_events (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT, -- none comes twice
  id      TEXT NOT NULL UNIQUE, -- a UUID
  kind    TEXT NOT NULL, -- as in src/words/hook.ts
  at      INTEGER NOT NULL, -- UTC milliseconds
  call_id TEXT NOT NULL,
  told    TEXT NOT NULL -- JSON: the record and what else there is, as of then; with its code
) STRICT;
CREATE INDEX hook_events_call ON hook_events (call_id);

CREATE TABLE hook_deliveries (
  target   TEXT NOT NULL,
  seq      INTEGER NOT NULL REFERENCES hook_events (seq) ON DELETE CASCADE,
  tries    INTEGER NOT NULL,
  again_at INTEGER NOT NULL, -- UTC milliseconds
  PRIMARY KEY (target, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX hook_deliveries_again ON hook_deliveries (target, again_at, seq);
CREATE INDEX hook_deliveries_event ON hook_deliveries (seq);
