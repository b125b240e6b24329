-- The number that a call goes out with: within the United States, it decides by its state what the call costs.

ALTER TABLE call_records ADD COLUMN calling_number TEXT; -- E.164; null: the phone's own, or nobody knows
