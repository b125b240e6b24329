-- Calls that were changed in SQL Server while a change of theirs waits here to be sent: they are looked at again once it is there.
CREATE TABLE calls_to_follow (
  call_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
