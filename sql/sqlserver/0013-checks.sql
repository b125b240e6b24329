-- What a row may hold, more closely: digits compared by their bytes, because language collations take ² and ½ for digits, and amounts that
-- controllers reckon with exactly. Rows that are there stay as they are until they are changed: nothing here refuses the migration, and a
-- controller that finds such a row switches it off and names it. On an engine without NOCHECK (Babelfish) a constraint is left out
-- while rows break it: mend them and run this file again. Each batch may be run again; none reads a large table on SQL Server.

IF OBJECT_ID('dbo.CK_Accounts_CodeDigits', 'C') IS NULL
BEGIN
  IF SERVERPROPERTY('BabelfishVersion') IS NULL
    EXEC ('ALTER TABLE dbo.Accounts WITH NOCHECK ADD CONSTRAINT CK_Accounts_CodeDigits CHECK (Code COLLATE Latin1_General_BIN2 NOT LIKE ''%[^0-9]%'')');
  ELSE IF NOT EXISTS (SELECT 1 FROM dbo.Accounts WHERE NOT (Code COLLATE Latin1_General_BIN2 NOT LIKE '%[^0-9]%'))
    EXEC ('ALTER TABLE dbo.Accounts ADD CONSTRAINT CK_Accounts_CodeDigits CHECK (Code COLLATE Latin1_General_BIN2 NOT LIKE ''%[^0-9]%'')');
END;
GO

IF OBJECT_ID('dbo.CK_Rates_PrefixDigits', 'C') IS NULL
BEGIN
  IF SERVERPROPERTY('BabelfishVersion') IS NULL
    EXEC ('ALTER TABLE dbo.Rates WITH NOCHECK ADD CONSTRAINT CK_Rates_PrefixDigits CHECK (Prefix COLLATE Latin1_General_BIN2 NOT LIKE ''%[^0-9]%'')');
  ELSE IF NOT EXISTS (SELECT 1 FROM dbo.Rates WHERE NOT (Prefix COLLATE Latin1_General_BIN2 NOT LIKE '%[^0-9]%'))
    EXEC ('ALTER TABLE dbo.Rates ADD CONSTRAINT CK_Rates_PrefixDigits CHECK (Prefix COLLATE Latin1_General_BIN2 NOT LIKE ''%[^0-9]%'')');
END;
GO

-- 2^53 - 1: beyond it a controller cannot tell neighbours apart.
IF OBJECT_ID('dbo.CK_Rates_AmountsMaximum', 'C') IS NULL
BEGIN
  IF SERVERPROPERTY('BabelfishVersion') IS NULL
    EXEC ('ALTER TABLE dbo.Rates WITH NOCHECK ADD CONSTRAINT CK_Rates_AmountsMaximum CHECK (ConnectFeeMicros <= 9007199254740991 AND PriceMicros <= 9007199254740991 AND MinimumChargeMicros <= 9007199254740991)');
  ELSE IF NOT EXISTS (SELECT 1 FROM dbo.Rates WHERE NOT (ConnectFeeMicros <= 9007199254740991 AND PriceMicros <= 9007199254740991 AND MinimumChargeMicros <= 9007199254740991))
    EXEC ('ALTER TABLE dbo.Rates ADD CONSTRAINT CK_Rates_AmountsMaximum CHECK (ConnectFeeMicros <= 9007199254740991 AND PriceMicros <= 9007199254740991 AND MinimumChargeMicros <= 9007199254740991)');
END;
GO

-- A day.
IF OBJECT_ID('dbo.CK_Rates_IncrementsMaximum', 'C') IS NULL
BEGIN
  IF SERVERPROPERTY('BabelfishVersion') IS NULL
    EXEC ('ALTER TABLE dbo.Rates WITH NOCHECK ADD CONSTRAINT CK_Rates_IncrementsMaximum CHECK (FirstIncrementMs <= 86400000 AND NextIncrementMs <= 86400000)');
  ELSE IF NOT EXISTS (SELECT 1 FROM dbo.Rates WHERE NOT (FirstIncrementMs <= 86400000 AND NextIncrementMs <= 86400000))
    EXEC ('ALTER TABLE dbo.Rates ADD CONSTRAINT CK_Rates_IncrementsMaximum CHECK (FirstIncrementMs <= 86400000 AND NextIncrementMs <= 86400000)');
END;
GO

IF OBJECT_ID('dbo.CK_RateTables_Currency', 'C') IS NULL
BEGIN
  IF SERVERPROPERTY('BabelfishVersion') IS NULL
    EXEC ('ALTER TABLE dbo.RateTables WITH NOCHECK ADD CONSTRAINT CK_RateTables_Currency CHECK (Currency COLLATE Latin1_General_BIN2 LIKE ''[A-Z][A-Z][A-Z]'')');
  ELSE IF NOT EXISTS (SELECT 1 FROM dbo.RateTables WHERE NOT (Currency COLLATE Latin1_General_BIN2 LIKE '[A-Z][A-Z][A-Z]'))
    EXEC ('ALTER TABLE dbo.RateTables ADD CONSTRAINT CK_RateTables_Currency CHECK (Currency COLLATE Latin1_General_BIN2 LIKE ''[A-Z][A-Z][A-Z]'')');
END;
GO

IF OBJECT_ID('dbo.CK_RateTables_RoundingMode', 'C') IS NULL
BEGIN
  IF SERVERPROPERTY('BabelfishVersion') IS NULL
    EXEC ('ALTER TABLE dbo.RateTables WITH NOCHECK ADD CONSTRAINT CK_RateTables_RoundingMode CHECK (RoundingMode COLLATE Latin1_General_BIN2 IN (''half-up'', ''half-even'', ''up'', ''down''))');
  ELSE IF NOT EXISTS (SELECT 1 FROM dbo.RateTables WHERE NOT (RoundingMode COLLATE Latin1_General_BIN2 IN ('half-up', 'half-even', 'up', 'down')))
    EXEC ('ALTER TABLE dbo.RateTables ADD CONSTRAINT CK_RateTables_RoundingMode CHECK (RoundingMode COLLATE Latin1_General_BIN2 IN (''half-up'', ''half-even'', ''up'', ''down''))');
END;
GO

-- Markup: ten times the cost.
IF OBJECT_ID('dbo.CK_RateTables_Maximum', 'C') IS NULL
BEGIN
  IF SERVERPROPERTY('BabelfishVersion') IS NULL
    EXEC ('ALTER TABLE dbo.RateTables WITH NOCHECK ADD CONSTRAINT CK_RateTables_Maximum CHECK (RoundingUnitMicros <= 9007199254740991 AND MarkupBasisPoints <= 100000 AND MarkupPerCallMicros <= 9007199254740991)');
  ELSE IF NOT EXISTS (SELECT 1 FROM dbo.RateTables WHERE NOT (RoundingUnitMicros <= 9007199254740991 AND MarkupBasisPoints <= 100000 AND MarkupPerCallMicros <= 9007199254740991))
    EXEC ('ALTER TABLE dbo.RateTables ADD CONSTRAINT CK_RateTables_Maximum CHECK (RoundingUnitMicros <= 9007199254740991 AND MarkupBasisPoints <= 100000 AND MarkupPerCallMicros <= 9007199254740991)');
END;
GO

-- 2^53 - 1: beyond it a controller cannot tell neighbours apart.
IF OBJECT_ID('dbo.CK_CallRecords_Maximum', 'C') IS NULL
BEGIN
  IF SERVERPROPERTY('BabelfishVersion') IS NULL
    EXEC ('ALTER TABLE dbo.CallRecords WITH NOCHECK ADD CONSTRAINT CK_CallRecords_Maximum CHECK (BillableMs <= 9007199254740991 AND CostMicros BETWEEN 0 AND 9007199254740991 AND ChargeMicros BETWEEN 0 AND 9007199254740991)');
  ELSE IF NOT EXISTS (SELECT 1 FROM dbo.CallRecords WHERE NOT (BillableMs <= 9007199254740991 AND CostMicros BETWEEN 0 AND 9007199254740991 AND ChargeMicros BETWEEN 0 AND 9007199254740991))
    EXEC ('ALTER TABLE dbo.CallRecords ADD CONSTRAINT CK_CallRecords_Maximum CHECK (BillableMs <= 9007199254740991 AND CostMicros BETWEEN 0 AND 9007199254740991 AND ChargeMicros BETWEEN 0 AND 9007199254740991)');
END;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 12)
  OR (SERVERPROPERTY('BabelfishVersion') IS NULL AND (OBJECT_ID('dbo.CK_Accounts_CodeDigits', 'C') IS NULL
    OR OBJECT_ID('dbo.CK_Rates_PrefixDigits', 'C') IS NULL OR OBJECT_ID('dbo.CK_CallRecords_Maximum', 'C') IS NULL))
RAISERROR('0013-checks.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 13)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (13, N'0013-checks.sql');
GO
