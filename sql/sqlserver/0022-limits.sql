-- How much an account and a phone may call: longest call, calls at a time and a minute, minutes a day and a month, hours. Null, and no hours: no
-- limit. Each batch may be run again.

IF COL_LENGTH('dbo.Accounts', 'LongestCallMinutes') IS NULL
ALTER TABLE dbo.Accounts ADD LongestCallMinutes INT NULL;
GO
IF COL_LENGTH('dbo.Accounts', 'CallsAtATime') IS NULL
ALTER TABLE dbo.Accounts ADD CallsAtATime INT NULL;
GO
IF COL_LENGTH('dbo.Accounts', 'CallsPerMinute') IS NULL
ALTER TABLE dbo.Accounts ADD CallsPerMinute INT NULL;
GO
IF COL_LENGTH('dbo.Accounts', 'MinutesPerDay') IS NULL
ALTER TABLE dbo.Accounts ADD MinutesPerDay INT NULL;
GO
IF COL_LENGTH('dbo.Accounts', 'MinutesPerMonth') IS NULL
ALTER TABLE dbo.Accounts ADD MinutesPerMonth INT NULL;
GO
IF COL_LENGTH('dbo.Accounts', 'CallingHours') IS NULL
ALTER TABLE dbo.Accounts ADD CallingHours VARCHAR(400) NOT NULL CONSTRAINT DF_Accounts_CallingHours DEFAULT '';
GO
IF COL_LENGTH('dbo.Extensions', 'LongestCallMinutes') IS NULL
ALTER TABLE dbo.Extensions ADD LongestCallMinutes INT NULL;
GO
IF COL_LENGTH('dbo.Extensions', 'CallsAtATime') IS NULL
ALTER TABLE dbo.Extensions ADD CallsAtATime INT NULL;
GO
IF COL_LENGTH('dbo.Extensions', 'CallsPerMinute') IS NULL
ALTER TABLE dbo.Extensions ADD CallsPerMinute INT NULL;
GO
IF COL_LENGTH('dbo.Extensions', 'MinutesPerDay') IS NULL
ALTER TABLE dbo.Extensions ADD MinutesPerDay INT NULL;
GO
IF COL_LENGTH('dbo.Extensions', 'MinutesPerMonth') IS NULL
ALTER TABLE dbo.Extensions ADD MinutesPerMonth INT NULL;
GO
IF COL_LENGTH('dbo.Extensions', 'CallingHours') IS NULL
ALTER TABLE dbo.Extensions ADD CallingHours VARCHAR(400) NOT NULL CONSTRAINT DF_Extensions_CallingHours DEFAULT '';
GO
IF COL_LENGTH('dbo.AccountsImport', 'LongestCallMinutes') IS NULL
ALTER TABLE dbo.AccountsImport ADD LongestCallMinutes INT NULL;
GO
IF COL_LENGTH('dbo.AccountsImport', 'CallsAtATime') IS NULL
ALTER TABLE dbo.AccountsImport ADD CallsAtATime INT NULL;
GO
IF COL_LENGTH('dbo.AccountsImport', 'CallsPerMinute') IS NULL
ALTER TABLE dbo.AccountsImport ADD CallsPerMinute INT NULL;
GO
IF COL_LENGTH('dbo.AccountsImport', 'MinutesPerDay') IS NULL
ALTER TABLE dbo.AccountsImport ADD MinutesPerDay INT NULL;
GO
IF COL_LENGTH('dbo.AccountsImport', 'MinutesPerMonth') IS NULL
ALTER TABLE dbo.AccountsImport ADD MinutesPerMonth INT NULL;
GO
IF COL_LENGTH('dbo.AccountsImport', 'CallingHours') IS NULL
ALTER TABLE dbo.AccountsImport ADD CallingHours VARCHAR(400) NOT NULL CONSTRAINT DF_AccountsImport_CallingHours DEFAULT '';
GO

IF OBJECT_ID('dbo.CK_Accounts_Limits', 'C') IS NULL
ALTER TABLE dbo.Accounts ADD CONSTRAINT CK_Accounts_Limits CHECK
  (LongestCallMinutes >= 1 AND CallsAtATime >= 1 AND CallsPerMinute >= 1 AND MinutesPerDay >= 1 AND MinutesPerMonth >= 1);
GO
IF OBJECT_ID('dbo.CK_Extensions_Limits', 'C') IS NULL
ALTER TABLE dbo.Extensions ADD CONSTRAINT CK_Extensions_Limits CHECK
  (LongestCallMinutes >= 1 AND CallsAtATime >= 1 AND CallsPerMinute >= 1 AND MinutesPerDay >= 1 AND MinutesPerMonth >= 1);
GO

GRANT SELECT (LongestCallMinutes, CallsAtATime, CallsPerMinute, MinutesPerDay, MinutesPerMonth, CallingHours) ON dbo.Accounts TO billing_report;
GO

-- Narrower limits are read before other changes, too. As one transaction: no change goes by while there is no trigger.
IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 22)
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
  OR ISNULL(i.MinutesPerMonth, -1) <> ISNULL(d.MinutesPerMonth, -1) OR i.CallingHours <> d.CallingHours) THEN 1 ELSE 0 END
FROM inserted i FULL OUTER JOIN deleted d ON d.Id = i.Id;');
  COMMIT TRANSACTION;
END;
GO

-- Narrower limits are read before other changes, too. As one transaction: no change goes by while there is no trigger.
IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 22)
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
  OR ISNULL(i.MinutesPerMonth, -1) <> ISNULL(d.MinutesPerMonth, -1) OR i.CallingHours <> d.CallingHours) THEN 1 ELSE 0 END
FROM inserted i FULL OUTER JOIN deleted d ON d.Id = i.Id;');
  COMMIT TRANSACTION;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT t.TableName, d.Name, d.Text FROM (VALUES
    ('LongestCallMinutes', N'Longest conversation in minutes; null: no limit of its own'),
    ('CallsAtATime', N'Maximum number of calls at the same time; null: no limit'),
    ('CallsPerMinute', N'Maximum number of calls in any 60 seconds; null: no limit'),
    ('MinutesPerDay', N'Minutes of conversation a day, site time; null: no limit'),
    ('MinutesPerMonth', N'Minutes of conversation a calendar month, site time; null: no limit'),
    ('CallingHours', N'When calls may begin, site time, such as Mon-Fri 08:00-18:00,Sat 09:00-12:00; empty: always')) d (Name, Text)
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 21)
  OR OBJECT_ID('dbo.TR_Accounts_Changes', 'TR') IS NULL OR OBJECT_ID('dbo.TR_Extensions_Changes', 'TR') IS NULL
  OR COL_LENGTH('dbo.AccountsImport', 'CallingHours') IS NULL
RAISERROR('0022-limits.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 22)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (22, N'0022-limits.sql');
GO
