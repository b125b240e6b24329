-- Prices that depend on what else their payer called in the month: minutes that an account has free, and tiers of a rate. A price keeps what it was
-- made of. The scopes interstate, intrastate and indet (indeterminate) are known, too. Rates and prices that are there mean what they meant. Each batch may
-- be run again.

IF COL_LENGTH('dbo.Accounts', 'IncludedMinutes') IS NULL
ALTER TABLE dbo.Accounts ADD IncludedMinutes INT NULL;
GO
IF COL_LENGTH('dbo.Accounts', 'IncludedCallTypes') IS NULL
ALTER TABLE dbo.Accounts ADD IncludedCallTypes VARCHAR(400) NOT NULL CONSTRAINT DF_Accounts_IncludedCallTypes DEFAULT '';
GO
IF COL_LENGTH('dbo.Accounts', 'IncludedPrefixes') IS NULL
ALTER TABLE dbo.Accounts ADD IncludedPrefixes VARCHAR(4000) NOT NULL CONSTRAINT DF_Accounts_IncludedPrefixes DEFAULT '';
GO
IF COL_LENGTH('dbo.AccountsImport', 'IncludedMinutes') IS NULL
ALTER TABLE dbo.AccountsImport ADD IncludedMinutes INT NULL;
GO
IF COL_LENGTH('dbo.AccountsImport', 'IncludedCallTypes') IS NULL
ALTER TABLE dbo.AccountsImport ADD IncludedCallTypes VARCHAR(400) NOT NULL CONSTRAINT DF_AccountsImport_IncludedCallTypes DEFAULT '';
GO
IF COL_LENGTH('dbo.AccountsImport', 'IncludedPrefixes') IS NULL
ALTER TABLE dbo.AccountsImport ADD IncludedPrefixes VARCHAR(4000) NOT NULL CONSTRAINT DF_AccountsImport_IncludedPrefixes DEFAULT '';
GO
IF COL_LENGTH('dbo.Rates', 'Tiers') IS NULL
ALTER TABLE dbo.Rates ADD Tiers VARCHAR(400) NOT NULL CONSTRAINT DF_Rates_Tiers DEFAULT '';
GO
IF COL_LENGTH('dbo.CallRecords', 'PriceBasis') IS NULL
ALTER TABLE dbo.CallRecords ADD PriceBasis VARCHAR(1000) NULL;
GO
IF COL_LENGTH('dbo.CallRecords', 'IncludedMs') IS NULL
ALTER TABLE dbo.CallRecords ADD IncludedMs BIGINT NULL;
GO
IF COL_LENGTH('dbo.CallPriceHistory', 'IncludedMs') IS NULL
ALTER TABLE dbo.CallPriceHistory ADD IncludedMs BIGINT NULL;
GO
IF COL_LENGTH('dbo.CallPriceHistory', 'Basis') IS NULL
ALTER TABLE dbo.CallPriceHistory ADD Basis VARCHAR(1000) NULL;
GO
IF COL_LENGTH('dbo.CallPriceHistory', 'Settles') IS NULL
ALTER TABLE dbo.CallPriceHistory ADD Settles INT NULL;
GO

IF OBJECT_ID('dbo.CK_Accounts_Included', 'C') IS NULL
ALTER TABLE dbo.Accounts ADD CONSTRAINT CK_Accounts_Included CHECK (IncludedMinutes >= 1);
GO
IF OBJECT_ID('dbo.CK_Rates_ScopeKnown', 'C') IS NULL
ALTER TABLE dbo.Rates ADD CONSTRAINT CK_Rates_ScopeKnown
  CHECK (Scope COLLATE Latin1_General_BIN2 IN ('all', 'peak', 'off-peak', 'weekend', 'interstate', 'intrastate', 'indet'));
GO
IF OBJECT_ID('dbo.CK_Rates_Scope', 'C') IS NOT NULL
ALTER TABLE dbo.Rates DROP CONSTRAINT CK_Rates_Scope;
GO

-- Calls whose current price depends on the month, in the order in which they take their share of it; also those that were archived since.
IF OBJECT_ID('dbo.CallMonths', 'U') IS NULL
CREATE TABLE dbo.CallMonths (
  CallId     VARCHAR(80) NOT NULL CONSTRAINT PK_CallMonths PRIMARY KEY,
  MonthKey   VARCHAR(40) NOT NULL,
  AnsweredAt DATETIME2(3) NOT NULL,
  IncludedMs BIGINT NOT NULL,
  TieredMs   BIGINT NOT NULL
);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallMonths') AND LOWER(name) LIKE 'ix_callmonths_order%')
CREATE INDEX IX_CallMonths_Order ON dbo.CallMonths (MonthKey, AnsweredAt, CallId) INCLUDE (IncludedMs, TieredMs);
GO

-- One row for each month of a payer: whoever writes its calls holds it.
IF OBJECT_ID('dbo.PayerMonths', 'U') IS NULL
CREATE TABLE dbo.PayerMonths (MonthKey VARCHAR(40) NOT NULL CONSTRAINT PK_PayerMonths PRIMARY KEY);
GO

GRANT SELECT (IncludedMinutes, IncludedCallTypes, IncludedPrefixes) ON dbo.Accounts TO billing_report;
GRANT SELECT (IncludedMs) ON dbo.CallRecords TO billing_report;
GRANT UPDATE (PriceBasis, IncludedMs) ON dbo.CallRecords TO billing_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.CallMonths TO billing_controller;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.CallMonths TO billing_admin;
GRANT SELECT, INSERT, UPDATE ON dbo.PayerMonths TO billing_controller;
GRANT SELECT, INSERT, UPDATE ON dbo.PayerMonths TO billing_admin;
GRANT SELECT ON dbo.CallMonths TO billing_report;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('Accounts', 'IncludedMinutes', N'Minutes a calendar month, site time, that are not charged; null: none'),
    ('Accounts', 'IncludedCallTypes', N'Types of calls that they are for, separated by commas; empty: all'),
    ('Accounts', 'IncludedPrefixes', N'First digits of the E.164 numbers that they are for, separated by commas; empty: all'),
    ('AccountsImport', 'IncludedMinutes', N'Minutes a calendar month, site time, that are not charged; null: none'),
    ('AccountsImport', 'IncludedCallTypes', N'Types of calls that they are for, separated by commas; empty: all'),
    ('AccountsImport', 'IncludedPrefixes', N'First digits of the E.164 numbers that they are for, separated by commas; empty: all'),
    ('Rates', 'Tiers', N'Prices a minute from so many minutes of the payer''s month on, such as 500:0.1 2000:0.08; empty: none'),
    ('CallRecords', 'PriceBasis', N'Of a price that depends on the other calls of the month: what it was made of, as JSON'),
    ('CallRecords', 'IncludedMs', N'Billed time that was free, of the minutes that the account has free; null: the price does not depend on the month'),
    ('CallPriceHistory', 'Basis', N'As dbo.CallRecords.PriceBasis'),
    ('CallPriceHistory', 'IncludedMs', N'As dbo.CallRecords.IncludedMs'),
    ('CallPriceHistory', 'Settles', N'The version that it is, with another place in the month; null: its own'),
    ('CallMonths', 'CallId', N'dbo.CallRecords.CallId'),
    ('CallMonths', 'MonthKey', N'a12 2026-11: the account 12, November at the site; d3: a department; -: nobody'),
    ('CallMonths', 'AnsweredAt', N'When the call was answered (UTC): calls take their share in this order'),
    ('CallMonths', 'IncludedMs', N'Billed time that counts for the minutes that are free'),
    ('CallMonths', 'TieredMs', N'Billed time that counts for tiers'),
    ('PayerMonths', 'MonthKey', N'As dbo.CallMonths.MonthKey'))
    d (TableName, Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.' + d.TableName) AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Table, @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', @Table, N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Table, @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 26) OR COL_LENGTH('dbo.AccountsImport', 'IncludedPrefixes') IS NULL
  OR COL_LENGTH('dbo.CallPriceHistory', 'Settles') IS NULL OR OBJECT_ID('dbo.CK_Rates_ScopeKnown', 'C') IS NULL
  OR OBJECT_ID('dbo.CK_Rates_Scope', 'C') IS NOT NULL OR OBJECT_ID('dbo.PayerMonths', 'U') IS NULL
RAISERROR('0027-months.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 27)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (27, N'0027-months.sql');
GO
