-- Authorization levels: what an account may call of what demands one (entry.minimumLevels). Accounts that are there may call all of it. Each
-- batch may be run again.

IF COL_LENGTH('dbo.Accounts', 'AuthorizationLevel') IS NULL
ALTER TABLE dbo.Accounts ADD AuthorizationLevel SMALLINT NOT NULL CONSTRAINT DF_Accounts_AuthorizationLevel DEFAULT 255;
GO
IF COL_LENGTH('dbo.AccountsImport', 'AuthorizationLevel') IS NULL
ALTER TABLE dbo.AccountsImport ADD AuthorizationLevel SMALLINT NOT NULL CONSTRAINT DF_AccountsImport_AuthorizationLevel DEFAULT 255;
GO
IF OBJECT_ID('dbo.CK_Accounts_AuthorizationLevel', 'C') IS NULL
ALTER TABLE dbo.Accounts ADD CONSTRAINT CK_Accounts_AuthorizationLevel CHECK (AuthorizationLevel >= 0 AND AuthorizationLevel <= 255);
GO
GRANT SELECT (AuthorizationLevel) ON dbo.Accounts TO billing_report;
GO

-- A lower level is read before other changes, too. As one transaction: no change goes by while there is no trigger.
IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 32)
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
  OR (d.Prepaid = 0 AND i.Prepaid = 1) OR i.AuthorizationLevel < d.AuthorizationLevel) THEN 1 ELSE 0 END
FROM inserted i FULL OUTER JOIN deleted d ON d.Id = i.Id;');
  COMMIT TRANSACTION;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('Accounts', 'AuthorizationLevel', N'0 to 255: it may call what demands no higher level (entry.minimumLevels); 255: everything'),
    ('AccountsImport', 'AuthorizationLevel', N'0 to 255: it may call what demands no higher level (entry.minimumLevels); 255: everything')) d (TableName, Name, Text)
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 31) OR COL_LENGTH('dbo.Accounts', 'AuthorizationLevel') IS NULL
  OR COL_LENGTH('dbo.AccountsImport', 'AuthorizationLevel') IS NULL OR OBJECT_ID('dbo.TR_Accounts_Changes', 'TR') IS NULL
  OR OBJECT_ID('dbo.CK_Accounts_AuthorizationLevel', 'C') IS NULL
RAISERROR('0032-authorization-levels.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 32)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (32, N'0032-authorization-levels.sql');
GO
