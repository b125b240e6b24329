-- Statements that went out (src/reports/statements/issued.ts), so that somebody is told where their calls are not what they were. Kept for 400 days, or as long as the calls.
CREATE TABLE issued_statements (
  number      TEXT NOT NULL,
  issued_at   INTEGER NOT NULL,
  corrects    TEXT NOT NULL, -- the number that it takes the place of; empty: none
  payer       TEXT NOT NULL, -- account 12, department 3, client acme
  name        TEXT NOT NULL, -- as people call it
  client      TEXT NOT NULL,
  from_time   INTEGER NOT NULL,
  until_time  INTEGER NOT NULL,
  asked       TEXT NOT NULL, -- JSON: by what, in which layout, and of which calls it was made
  sent_to     TEXT NOT NULL, -- mail address or file; empty: not known
  calls       INTEGER NOT NULL,
  charges     TEXT NOT NULL, -- JSON: exact micro-units by currency
  fingerprint TEXT NOT NULL, -- of what each call was charged
  PRIMARY KEY (number, issued_at, asked)
) STRICT, WITHOUT ROWID;

CREATE INDEX issued_statements_period ON issued_statements (until_time);
