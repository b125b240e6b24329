-- Phones whose codes are not looked at for a while, because too many of them were wrong.

CREATE TABLE phone_locks (
  phone TEXT NOT NULL PRIMARY KEY, -- '*': every phone
  since INTEGER NOT NULL, -- UTC milliseconds
  until INTEGER NOT NULL,
  controller TEXT NOT NULL,
  sent INTEGER NOT NULL -- 1: the system of record has it too
) STRICT;
