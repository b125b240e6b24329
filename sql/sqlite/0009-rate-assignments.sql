-- Assignments without foreign keys: in the copy of SQL Server's data they arrive before or after what they refer to, and must outlive an
-- account that is written anew because its code went to another one.

CREATE TABLE account_assignments (
  account_id INTEGER NOT NULL PRIMARY KEY,
  table_id   INTEGER NOT NULL
) STRICT;
INSERT INTO account_assignments SELECT account_id, table_id FROM account_rate_tables;
DROP TABLE account_rate_tables;
ALTER TABLE account_assignments RENAME TO account_rate_tables;

CREATE TABLE department_assignments (
  department_id INTEGER NOT NULL PRIMARY KEY,
  table_id      INTEGER NOT NULL
) STRICT;
INSERT INTO department_assignments SELECT department_id, table_id FROM department_rate_tables;
DROP TABLE department_rate_tables;
ALTER TABLE department_assignments RENAME TO department_rate_tables;
