-- What the calls of an account and of a phone may cost, in millionths of the unit of the currency of their rates. Null: no limit.

ALTER TABLE accounts ADD COLUMN money_per_day_micros INTEGER CONSTRAINT accounts_money_per_day_not_negative CHECK (money_per_day_micros >= 0);
ALTER TABLE accounts ADD COLUMN money_per_month_micros INTEGER CONSTRAINT accounts_money_per_month_not_negative CHECK (money_per_month_micros >= 0);
ALTER TABLE accounts ADD COLUMN money_per_contract_micros INTEGER CONSTRAINT accounts_money_per_contract_not_negative CHECK (money_per_contract_micros >= 0);
ALTER TABLE accounts ADD COLUMN highest_price_micros INTEGER CONSTRAINT accounts_highest_price_not_negative CHECK (highest_price_micros >= 0); -- a minute
ALTER TABLE accounts ADD COLUMN prepaid INTEGER NOT NULL DEFAULT 0 CONSTRAINT accounts_prepaid_is_0_or_1 CHECK (prepaid IN (0, 1)); -- may cost no more than was paid in

ALTER TABLE extensions ADD COLUMN money_per_day_micros INTEGER CONSTRAINT extensions_money_per_day_not_negative CHECK (money_per_day_micros >= 0);
ALTER TABLE extensions ADD COLUMN money_per_month_micros INTEGER CONSTRAINT extensions_money_per_month_not_negative CHECK (money_per_month_micros >= 0);
ALTER TABLE extensions ADD COLUMN highest_price_micros INTEGER CONSTRAINT extensions_highest_price_not_negative CHECK (highest_price_micros >= 0);
