-- Why a call was moved is never changed, but where it names a person who is erased: it is then (erased), as names are.

DROP TRIGGER call_moves_stay_as_they_are;
CREATE TRIGGER call_moves_stay_as_they_are BEFORE UPDATE ON call_moves
WHEN (NEW.id, NEW.call_id, NEW.moved_at, NEW.moved_by, NEW.from_account_id, NEW.from_department_id, NEW.to_account_id, NEW.to_department_id)
  IS NOT (OLD.id, OLD.call_id, OLD.moved_at, OLD.moved_by, OLD.from_account_id, OLD.from_department_id, OLD.to_account_id, OLD.to_department_id)
  OR (NEW.why IS NOT OLD.why AND NEW.why IS NOT '(erased)')
  OR (NEW.from_account_name IS NOT OLD.from_account_name AND NEW.from_account_name IS NOT '(erased)')
  OR (NEW.to_account_name IS NOT OLD.to_account_name AND NEW.to_account_name IS NOT '(erased)')
BEGIN
  SELECT RAISE(ABORT, 'call_moves is never changed');
END;
