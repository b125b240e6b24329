-- What a change takes away, so that controllers read it before the others: a code revoked after a mass change is refused within a second. And
-- rate tables made without rates get version 1, which rates inserted by hand have. Each batch may be run again.

IF NOT EXISTS (SELECT 1 FROM sys.columns WHERE object_id = OBJECT_ID('dbo.DirectoryChanges') AND LOWER(name) = 'revokes')
ALTER TABLE dbo.DirectoryChanges ADD Revokes BIT NOT NULL CONSTRAINT DF_DirectoryChanges_Revokes DEFAULT 0;
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.DirectoryChanges') AND LOWER(name) LIKE 'ix_directorychanges_revokes%')
CREATE INDEX IX_DirectoryChanges_Revokes ON dbo.DirectoryChanges (Revokes, Id);
GO

-- As one transaction: no change goes by while there is no trigger.
IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 15)
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
  OR i.AllowedNumbers <> d.AllowedNumbers OR i.AllowedCallTypes <> d.AllowedCallTypes) THEN 1 ELSE 0 END
FROM inserted i FULL OUTER JOIN deleted d ON d.Id = i.Id;');
  COMMIT TRANSACTION;
END;
GO

-- As one transaction: no change goes by while there is no trigger.
IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 15)
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
  OR i.AllowedNumbers <> d.AllowedNumbers OR i.AllowedCallTypes <> d.AllowedCallTypes) THEN 1 ELSE 0 END
FROM inserted i FULL OUTER JOIN deleted d ON d.Id = i.Id;');
  COMMIT TRANSACTION;
END;
GO

-- Tables with rates of version 0 keep it, and these count as well. Not while an import is under way: it would be given up.
UPDATE dbo.RateTables SET Version = 1 WHERE Version = 0
  AND NOT EXISTS (SELECT 1 FROM dbo.Rates r WHERE r.TableId = dbo.RateTables.Id AND r.Version = 0)
  AND NOT EXISTS (SELECT 1 FROM dbo.RateImports i WHERE i.TableId = dbo.RateTables.Id);
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM sys.extended_properties p JOIN sys.columns c ON c.object_id = p.major_id AND c.column_id = p.minor_id
  WHERE p.class = 1 AND p.major_id = OBJECT_ID('dbo.DirectoryChanges') AND LOWER(c.name) = 'revokes' AND p.name = 'MS_Description')
EXEC sys.sp_addextendedproperty N'MS_Description', N'1: the change may take something away (a code, a right); controllers read it first',
  N'SCHEMA', N'dbo', N'TABLE', N'DirectoryChanges', N'COLUMN', N'Revokes';
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 14)
  OR NOT EXISTS (SELECT 1 FROM sys.columns WHERE object_id = OBJECT_ID('dbo.DirectoryChanges') AND LOWER(name) = 'revokes')
  OR OBJECT_ID('dbo.TR_Accounts_Changes', 'TR') IS NULL OR OBJECT_ID('dbo.TR_Extensions_Changes', 'TR') IS NULL
RAISERROR('0015-revocations.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 15)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (15, N'0015-revocations.sql');
GO
