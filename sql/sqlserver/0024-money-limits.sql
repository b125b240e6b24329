-- What the calls of an account and of a phone may cost: money a day, a month, a contract, the highest price a minute, and whether an account is
-- prepaid. Null: no limit. Each batch may be run again.

IF COL_LENGTH('dbo.Accounts', 'MoneyPerDayMicros') IS NULL
ALTER TABLE dbo.Accounts ADD MoneyPerDayMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.Accounts', 'MoneyPerMonthMicros') IS NULL
ALTER TABLE dbo.Accounts ADD MoneyPerMonthMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.Accounts', 'MoneyPerContractMicros') IS NULL
ALTER TABLE dbo.Accounts ADD MoneyPerContractMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.Accounts', 'HighestPriceMicros') IS NULL
ALTER TABLE dbo.Accounts ADD HighestPriceMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.Accounts', 'Prepaid') IS NULL
ALTER TABLE dbo.Accounts ADD Prepaid BIT NOT NULL CONSTRAINT DF_Accounts_Prepaid DEFAULT 0;
GO
IF COL_LENGTH('dbo.Extensions', 'MoneyPerDayMicros') IS NULL
ALTER TABLE dbo.Extensions ADD MoneyPerDayMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.Extensions', 'MoneyPerMonthMicros') IS NULL
ALTER TABLE dbo.Extensions ADD MoneyPerMonthMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.Extensions', 'HighestPriceMicros') IS NULL
ALTER TABLE dbo.Extensions ADD HighestPriceMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.AccountsImport', 'MoneyPerDayMicros') IS NULL
ALTER TABLE dbo.AccountsImport ADD MoneyPerDayMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.AccountsImport', 'MoneyPerMonthMicros') IS NULL
ALTER TABLE dbo.AccountsImport ADD MoneyPerMonthMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.AccountsImport', 'MoneyPerContractMicros') IS NULL
ALTER TABLE dbo.AccountsImport ADD MoneyPerContractMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.AccountsImport', 'HighestPriceMicros') IS NULL
ALTER TABLE dbo.AccountsImport ADD HighestPriceMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.AccountsImport', 'Prepaid') IS NULL
ALTER TABLE dbo.AccountsImport ADD Prepaid BIT NOT NULL CONSTRAINT DF_AccountsImport_Prepaid DEFAULT 0;
GO

IF OBJECT_ID('dbo.CK_Accounts_Money', 'C') IS NULL
ALTER TABLE dbo.Accounts ADD CONSTRAINT CK_Accounts_Money CHECK
  (MoneyPerDayMicros >= 0 AND MoneyPerMonthMicros >= 0 AND MoneyPerContractMicros >= 0 AND HighestPriceMicros >= 0);
GO
IF OBJECT_ID('dbo.CK_Extensions_Money', 'C') IS NULL
ALTER TABLE dbo.Extensions ADD CONSTRAINT CK_Extensions_Money CHECK
  (MoneyPerDayMicros >= 0 AND MoneyPerMonthMicros >= 0 AND HighestPriceMicros >= 0);
GO

GRANT SELECT (MoneyPerDayMicros, MoneyPerMonthMicros, MoneyPerContractMicros, HighestPriceMicros, Prepaid) ON dbo.Accounts TO billing_report;
GO

-- Narrower limits are read before other changes, too. As one transaction: no change goes by while there is no trigger.
IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 24)
BEGIN
  SET XACT_ABORT ON;
  BEGIN TRANSACTION;
  IF OBJECT_ID('dbo.TR_Accounts_Changes', 'TR') IS NOT NULL DROP TRIGGER dbo.TR_Accounts_Changes;
  EXEC ('CREATE TRIGGER dbo.TR_Accounts_Changes ON dbo.Accounts AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.DirectoryChanges (TableName, RowId, Revokes)
SELECT ''accounts'', COALESCE(i.Id, d.Id), CASE WHEN d.Id IS NOT NULL AND (i.Id IS NULL
  OR i.Code COLLATE Latin1_General_BIN2 <> d.Code COLLATE Latin1_General_BIN2 OR (d.Enabled = 1 AND i.Enabled = 0)
  OR ISNULL(i.ValidFrom, ''0001-01-01'') > ISNULL(d.ValidFrom, ''0001-01-01'')
  OR ISNULL(i.ValidUntil, ''9999-12-31'') < ISNULL(d.ValidUntil, ''9999-12-31'')
  OR ISNULL(i.LeastDigits, -1) <> ISNULL(d.LeastDigits, -1) OR ISNULL(i.MostDigits, -1) <> ISNULL(d.MostDigits, -1)
  OR i.BlockedPrefixes <> d.BlockedPrefixes OR i.AllowedPrefixes <> d.AllowedPrefixes
  OR i.AllowedNumbers <> d.AllowedNumbers OR i.AllowedCallTypes <> d.AllowedCallTypes
  OR ISNULL(i.LongestCallMinutes, -1) <> ISNULL(d.LongestCallMinutes, -1) OR ISNULL(i.CallsAtATime, -1) <> ISNULL(d.CallsAtATime, -1)
  OR ISNULL(i.CallsPerMinute, -1) <> ISNULL(d.CallsPerMinute, -1) OR ISNULL(i.MinutesPerDay, -1) <> ISNULL(d.MinutesPerDay, -1)
  OR ISNULL(i.MinutesPerMonth, -1) <> ISNULL(d.MinutesPerMonth, -1) OR i.CallingHours <> d.CallingHours
  OR ISNULL(i.MoneyPerDayMicros, -1) <> ISNULL(d.MoneyPerDayMicros, -1)
  OR ISNULL(i.MoneyPerMonthMicros, -1) <> ISNULL(d.MoneyPerMonthMicros, -1)
  OR ISNULL(i.MoneyPerContractMicros, -1) <> ISNULL(d.MoneyPerContractMicros, -1)
  OR ISNULL(i.HighestPriceMicros, -1) <> ISNULL(d.HighestPriceMicros, -1)
  OR (d.Prepaid = 0 AND i.Prepaid = 1)) THEN 1 ELSE 0 END
FROM inserted i FULL OUTER JOIN deleted d ON d.Id = i.Id;');
  COMMIT TRANSACTION;
END;
GO

-- Narrower limits are read before other changes, too. As one transaction: no change goes by while there is no trigger.
IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 24)
BEGIN
  SET XACT_ABORT ON;
  BEGIN TRANSACTION;
  IF OBJECT_ID('dbo.TR_Extensions_Changes', 'TR') IS NOT NULL DROP TRIGGER dbo.TR_Extensions_Changes;
  EXEC ('CREATE TRIGGER dbo.TR_Extensions_Changes ON dbo.Extensions AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.DirectoryChanges (TableName, RowId, Revokes)
SELECT ''extensions'', COALESCE(i.Id, d.Id), CASE WHEN d.Id IS NOT NULL AND (i.Id IS NULL
  OR i.Number COLLATE Latin1_General_BIN2 <> d.Number COLLATE Latin1_General_BIN2
  OR ISNULL(i.DefaultAccountId, -1) <> ISNULL(d.DefaultAccountId, -1)
  OR ISNULL(i.LeastDigits, -1) <> ISNULL(d.LeastDigits, -1) OR ISNULL(i.MostDigits, -1) <> ISNULL(d.MostDigits, -1)
  OR i.BlockedPrefixes <> d.BlockedPrefixes OR i.AllowedPrefixes <> d.AllowedPrefixes
  OR i.AllowedNumbers <> d.AllowedNumbers OR i.AllowedCallTypes <> d.AllowedCallTypes
  OR ISNULL(i.LongestCallMinutes, -1) <> ISNULL(d.LongestCallMinutes, -1) OR ISNULL(i.CallsAtATime, -1) <> ISNULL(d.CallsAtATime, -1)
  OR ISNULL(i.CallsPerMinute, -1) <> ISNULL(d.CallsPerMinute, -1) OR ISNULL(i.MinutesPerDay, -1) <> ISNULL(d.MinutesPerDay, -1)
  OR ISNULL(i.MinutesPerMonth, -1) <> ISNULL(d.MinutesPerMonth, -1) OR i.CallingHours <> d.CallingHours
  OR ISNULL(i.MoneyPerDayMicros, -1) <> ISNULL(d.MoneyPerDayMicros, -1)
  OR ISNULL(i.MoneyPerMonthMicros, -1) <> ISNULL(d.MoneyPerMonthMicros, -1)
  OR ISNULL(i.HighestPriceMicros, -1) <> ISNULL(d.HighestPriceMicros, -1)) THEN 1 ELSE 0 END
FROM inserted i FULL OUTER JOIN deleted d ON d.Id = i.Id;');
  COMMIT TRANSACTION;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT t.TableName, d.Name, d.Text FROM (VALUES
    ('MoneyPerDayMicros', N'What calls may cost a day, site time, in millionths of the unit of the currency of their rates; null: no limit'),
    ('MoneyPerMonthMicros', N'What calls may cost a calendar month, in the same; null: no limit'),
    ('MoneyPerContractMicros', N'What all calls of the account may cost in all, in the same; null: no limit'),
    ('HighestPriceMicros', N'Calls whose minute costs more are refused, in the same; null: no limit'),
    ('Prepaid', N'1: calls may cost no more than was paid in')) d (Name, Text)
  CROSS JOIN (VALUES ('Accounts'), ('Extensions'), ('AccountsImport')) t (TableName)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.' + t.TableName) AND LOWER(c.name) = LOWER(d.Name)
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 23)
  OR OBJECT_ID('dbo.TR_Accounts_Changes', 'TR') IS NULL OR OBJECT_ID('dbo.TR_Extensions_Changes', 'TR') IS NULL
  OR COL_LENGTH('dbo.AccountsImport', 'Prepaid') IS NULL OR COL_LENGTH('dbo.Extensions', 'HighestPriceMicros') IS NULL
RAISERROR('0024-money-limits.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 24)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (24, N'0024-money-limits.sql');
GO
