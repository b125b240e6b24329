-- Calls of a number and refused ones are found among very many without looking through their hours, the present one among them, which is
-- not laid by (0039-quick-lists.sql). Ten million calls take some 25 seconds at the first start.

-- As src/store/sqlite/reports/expressions.ts spells it: SQLite uses an index on an expression where it finds the same one.
CREATE INDEX call_records_number
ON call_records (ltrim(coalesce(called_e164, called_number, nullif(keyed_number, '')), '+'), started_at);

CREATE INDEX call_records_outcome ON call_records (outcome, started_at);
