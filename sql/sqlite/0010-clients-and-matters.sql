-- For whom the work is, and what statements say of it.

ALTER TABLE accounts ADD COLUMN client TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN matter TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN reference TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN address TEXT NOT NULL DEFAULT ''; -- lines separated by semicolons
