-- When the lock of a phone ends by a clock that nobody sets (Linux: since the machine was started), so that a restart with a clock that was set
-- meanwhile neither loses a lock nor prolongs it.
ALTER TABLE phone_locks ADD COLUMN boot TEXT; -- which start of the machine; null: not known
ALTER TABLE phone_locks ADD COLUMN ends REAL; -- milliseconds by that clock
