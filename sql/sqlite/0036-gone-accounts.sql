-- Ids of accounts that calls name and the directory does not have, or once did not have: with those of the accounts of a name, they are all
-- whose calls can be of that name. So calls of an account are found by their index, whatever the period.

CREATE TABLE gone_accounts (
  id INTEGER PRIMARY KEY
) STRICT;

INSERT INTO gone_accounts (id)
SELECT DISTINCT account_id FROM call_records
WHERE account_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = call_records.account_id);

-- Not INSERT OR IGNORE: within a trigger the outer statement's way with conflicts counts (https://www.sqlite.org/lang_createtrigger.html), and
-- no call's record may be refused for this.
CREATE TRIGGER accounts_delete_to_gone AFTER DELETE ON accounts
WHEN NOT EXISTS (SELECT 1 FROM gone_accounts WHERE id = OLD.id)
  AND EXISTS (SELECT 1 FROM call_records WHERE account_id = OLD.id)
BEGIN
  INSERT INTO gone_accounts (id) VALUES (OLD.id);
END;

-- A copy of the directory that is made anew brings them back.
CREATE TRIGGER accounts_insert_to_gone AFTER INSERT ON accounts
WHEN EXISTS (SELECT 1 FROM gone_accounts WHERE id = NEW.id)
BEGIN
  DELETE FROM gone_accounts WHERE id = NEW.id;
END;

CREATE TRIGGER call_records_insert_to_gone AFTER INSERT ON call_records
WHEN NEW.account_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM accounts WHERE id = NEW.account_id)
  AND NOT EXISTS (SELECT 1 FROM gone_accounts WHERE id = NEW.account_id)
BEGIN
  INSERT INTO gone_accounts (id) VALUES (NEW.account_id);
END;

CREATE TRIGGER call_records_update_to_gone AFTER UPDATE OF account_id ON call_records
WHEN NEW.account_id IS NOT NULL AND NEW.account_id IS NOT OLD.account_id
  AND NOT EXISTS (SELECT 1 FROM accounts WHERE id = NEW.account_id)
  AND NOT EXISTS (SELECT 1 FROM gone_accounts WHERE id = NEW.account_id)
BEGIN
  INSERT INTO gone_accounts (id) VALUES (NEW.account_id);
END;
