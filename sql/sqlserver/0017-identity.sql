-- Which database this is. A controller notes from which database its copy came, and never mixes it with another one's: ids of rows mean
-- something only together with the database that gave them. Each batch may be run again.

-- One row. DatabaseId stays, also in a backup that is restored. HistoryId changes when controllers are to copy everything again
-- (dbo.usp_BeginHistory).
IF OBJECT_ID('dbo.DatabaseIdentity', 'U') IS NULL
CREATE TABLE dbo.DatabaseIdentity (
  Id         INT NOT NULL CONSTRAINT DF_DatabaseIdentity_Id DEFAULT 1 CONSTRAINT PK_DatabaseIdentity PRIMARY KEY,
  DatabaseId UNIQUEIDENTIFIER NOT NULL CONSTRAINT DF_DatabaseIdentity_DatabaseId DEFAULT NEWID(),
  HistoryId  UNIQUEIDENTIFIER NOT NULL CONSTRAINT DF_DatabaseIdentity_HistoryId DEFAULT NEWID(),
  BegunAt    DATETIME2(3) NOT NULL CONSTRAINT DF_DatabaseIdentity_BegunAt DEFAULT SYSUTCDATETIME(),
  CONSTRAINT CK_DatabaseIdentity_Id CHECK (Id = 1)
);
GO

IF NOT EXISTS (SELECT 1 FROM dbo.DatabaseIdentity)
INSERT INTO dbo.DatabaseIdentity (Id) VALUES (1);
GO

-- How far each controller's local file has sent its records, rewritten every few seconds. A restored backup has older marks than the
-- controllers remember: that is how they notice.
IF OBJECT_ID('dbo.ControllerMarks', 'U') IS NULL
CREATE TABLE dbo.ControllerMarks (
  FileId   UNIQUEIDENTIFIER NOT NULL CONSTRAINT PK_ControllerMarks PRIMARY KEY,
  Beat     BIGINT NOT NULL,
  SentUpTo BIGINT NOT NULL,
  MarkedAt DATETIME2(3) NOT NULL CONSTRAINT DF_ControllerMarks_MarkedAt DEFAULT SYSUTCDATETIME()
);
GO

-- After a restore that controllers cannot notice by themselves: all copy everything again, and send what is missing here.
IF OBJECT_ID('dbo.usp_BeginHistory', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_BeginHistory AS
BEGIN
  SET NOCOUNT ON;
  UPDATE dbo.DatabaseIdentity SET HistoryId = NEWID(), BegunAt = SYSUTCDATETIME();
END;');
GO

GRANT SELECT ON dbo.DatabaseIdentity TO billing_controller;
GRANT SELECT, INSERT, UPDATE ON dbo.ControllerMarks TO billing_controller;
GRANT SELECT ON dbo.CallArchive TO billing_controller;
GRANT SELECT, UPDATE ON dbo.DatabaseIdentity TO billing_admin;
GRANT SELECT ON dbo.ControllerMarks TO billing_admin;
GRANT EXECUTE ON dbo.usp_BeginHistory TO billing_admin;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('DatabaseIdentity', 'Id', N'Always 1: there is one row'),
    ('DatabaseIdentity', 'DatabaseId', N'Of this database, also after a restore'),
    ('DatabaseIdentity', 'HistoryId', N'Changes when controllers are to copy everything again'),
    ('DatabaseIdentity', 'BegunAt', N'When this history began (UTC)'),
    ('ControllerMarks', 'FileId', N'Of a controller''s local file'),
    ('ControllerMarks', 'Beat', N'Grows with every mark'),
    ('ControllerMarks', 'SentUpTo', N'Everything up to here in the file''s outbox was sent'),
    ('ControllerMarks', 'MarkedAt', N'When (UTC)')) d (TableName, Name, Text)
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 16)
  OR OBJECT_ID('dbo.ControllerMarks', 'U') IS NULL OR OBJECT_ID('dbo.usp_BeginHistory', 'P') IS NULL
  OR NOT EXISTS (SELECT 1 FROM dbo.DatabaseIdentity)
RAISERROR('0017-identity.sql is not complete: run the files before it, then this one again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 17)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (17, N'0017-identity.sql');
GO
