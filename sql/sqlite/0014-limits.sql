-- How much an account and a phone may call. Null, and no hours: no limit.

ALTER TABLE accounts ADD COLUMN longest_call_minutes INTEGER CONSTRAINT accounts_longest_call_is_positive CHECK (longest_call_minutes >= 1);
ALTER TABLE accounts ADD COLUMN calls_at_a_time INTEGER CONSTRAINT accounts_calls_at_a_time_is_positive CHECK (calls_at_a_time >= 1);
ALTER TABLE accounts ADD COLUMN calls_per_minute INTEGER CONSTRAINT accounts_calls_per_minute_is_positive CHECK (calls_per_minute >= 1);
ALTER TABLE accounts ADD COLUMN minutes_per_day INTEGER CONSTRAINT accounts_minutes_per_day_is_positive CHECK (minutes_per_day >= 1);
ALTER TABLE accounts ADD COLUMN minutes_per_month INTEGER CONSTRAINT accounts_minutes_per_month_is_positive CHECK (minutes_per_month >= 1);
ALTER TABLE accounts ADD COLUMN calling_hours TEXT NOT NULL DEFAULT ''; -- times of the week, site time, separated by commas

ALTER TABLE extensions ADD COLUMN longest_call_minutes INTEGER CONSTRAINT extensions_longest_call_is_positive CHECK (longest_call_minutes >= 1);
ALTER TABLE extensions ADD COLUMN calls_at_a_time INTEGER CONSTRAINT extensions_calls_at_a_time_is_positive CHECK (calls_at_a_time >= 1);
ALTER TABLE extensions ADD COLUMN calls_per_minute INTEGER CONSTRAINT extensions_calls_per_minute_is_positive CHECK (calls_per_minute >= 1);
ALTER TABLE extensions ADD COLUMN minutes_per_day INTEGER CONSTRAINT extensions_minutes_per_day_is_positive CHECK (minutes_per_day >= 1);
ALTER TABLE extensions ADD COLUMN minutes_per_month INTEGER CONSTRAINT extensions_minutes_per_month_is_positive CHECK (minutes_per_month >= 1);
ALTER TABLE extensions ADD COLUMN calling_hours TEXT NOT NULL DEFAULT '';
