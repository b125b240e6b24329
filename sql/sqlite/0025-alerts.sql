-- What people were told of (src/notify/alerts.ts), and which ways have delivered it.

CREATE TABLE alerts (
  id         TEXT NOT NULL PRIMARY KEY, -- a UUID
  kind       TEXT NOT NULL,
  level      TEXT NOT NULL,
  at         INTEGER NOT NULL, -- UTC milliseconds
  controller TEXT NOT NULL,
  call_id    TEXT,
  text       TEXT NOT NULL,
  fields     TEXT NOT NULL -- JSON
) STRICT;
CREATE INDEX alerts_at ON alerts (at);
CREATE INDEX alerts_call ON alerts (call_id) WHERE call_id IS NOT NULL;

CREATE TABLE alert_deliveries (
  alert_id     TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  way          TEXT NOT NULL, -- e-mail, webhook
  tries        INTEGER NOT NULL,
  again_at     INTEGER, -- null: it is delivered, or given up
  delivered_at INTEGER,
  given_up_at  INTEGER,
  recipients   TEXT, -- JSON: those that do not have it yet; null: none has
  error        TEXT, -- why the last try failed
  PRIMARY KEY (alert_id, way)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_deliveries_again ON alert_deliveries (again_at) WHERE again_at IS NOT NULL;

-- Where each account and phone, and the site, has called before (src/policy/watch).
CREATE TABLE watched_destinations (
  party       TEXT NOT NULL, -- account, extension, site
  party_id    INTEGER NOT NULL, -- 0: the site
  destination TEXT NOT NULL, -- letters of a country, or a range as the site's list names it
  called_at   INTEGER NOT NULL, -- the first call, UTC milliseconds
  PRIMARY KEY (party, party_id, destination)
) STRICT, WITHOUT ROWID;
