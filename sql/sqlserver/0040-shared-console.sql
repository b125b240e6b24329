-- The console of all controllers: who signs in, tokens of the API, restriction templates, and the audit trail (docs/console.md). Each batch may be run again.

-- Changes are numbered one after the other: whoever writes holds this row until they are there.
IF OBJECT_ID('dbo.ConsoleVersion', 'U') IS NULL
CREATE TABLE dbo.ConsoleVersion (
  Id      TINYINT NOT NULL CONSTRAINT PK_ConsoleVersion PRIMARY KEY CONSTRAINT CK_ConsoleVersion_Id CHECK (Id = 1),
  Version BIGINT NOT NULL
);
GO

IF NOT EXISTS (SELECT 1 FROM dbo.ConsoleVersion)
INSERT INTO dbo.ConsoleVersion (Id, Version) VALUES (1, 0);
GO

-- Hashes of passwords and secrets of second factors are in it: for controllers alone.
IF OBJECT_ID('dbo.ConsoleRows', 'U') IS NULL
CREATE TABLE dbo.ConsoleRows (
  Kind       VARCHAR(20) NOT NULL,
  RowKey     VARCHAR(64) NOT NULL,
  NameKey    NVARCHAR(100) NULL,
  Content    NVARCHAR(MAX) NOT NULL,
  Version    BIGINT NOT NULL,
  ChangedAt  DATETIME2(3) NOT NULL,
  Controller NVARCHAR(60) NOT NULL,
  CONSTRAINT PK_ConsoleRows PRIMARY KEY (Kind, RowKey)
);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.ConsoleRows') AND LOWER(name) LIKE 'ix_consolerows_version%')
CREATE INDEX IX_ConsoleRows_Version ON dbo.ConsoleRows (Version);
GO

IF OBJECT_ID('dbo.ConsoleAudit', 'U') IS NULL
CREATE TABLE dbo.ConsoleAudit (
  Id         BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_ConsoleAudit PRIMARY KEY,
  FileId     UNIQUEIDENTIFIER NOT NULL,
  FileLine   BIGINT NOT NULL,
  Controller NVARCHAR(60) NOT NULL,
  At         DATETIME2(3) NOT NULL,
  Who        NVARCHAR(100) NOT NULL,
  Address    VARCHAR(60) NOT NULL,
  Action     VARCHAR(40) NOT NULL,
  Subject    NVARCHAR(400) NOT NULL,
  BeforeJson NVARCHAR(MAX) NULL,
  AfterJson  NVARCHAR(MAX) NULL,
  CONSTRAINT UQ_ConsoleAudit_Line UNIQUE (FileId, FileLine, At)
);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.ConsoleAudit') AND LOWER(name) LIKE 'ix_consoleaudit_at%')
CREATE INDEX IX_ConsoleAudit_At ON dbo.ConsoleAudit (At);
GO

IF OBJECT_ID('dbo.TR_ConsoleAudit_Stays', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_ConsoleAudit_Stays ON dbo.ConsoleAudit AFTER UPDATE, DELETE AS
BEGIN
  SET NOCOUNT ON;
  IF NOT EXISTS (SELECT 1 FROM deleted) RETURN;
  RAISERROR(''dbo.ConsoleAudit: the audit trail cannot be changed.'', 16, 1);
  ROLLBACK TRANSACTION;
END;');
GO

GRANT SELECT, UPDATE ON dbo.ConsoleVersion TO billing_controller;
GRANT SELECT, INSERT, UPDATE ON dbo.ConsoleRows TO billing_controller;
GRANT SELECT, INSERT ON dbo.ConsoleAudit TO billing_controller;
GRANT SELECT ON dbo.ConsoleAudit TO billing_admin;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('ConsoleVersion', 'Id', N'1: there is one row'),
    ('ConsoleVersion', 'Version', N'Of the latest change of dbo.ConsoleRows'),
    ('ConsoleRows', 'Kind', N'user: somebody who signs in to the console; token: a program that comes in by the API; template: restrictions under a name; template-use: an account that has them'),
    ('ConsoleRows', 'RowKey', N'The same on every controller; of a token, its hash; of a template-use, Id of the account'),
    ('ConsoleRows', 'NameKey', N'Of a user or template, the name in small letters; null: it has none, or not any more'),
    ('ConsoleRows', 'Content', N'Its fields as JSON, with hashes of passwords and secrets of second factors'),
    ('ConsoleRows', 'Version', N'Of its latest change, higher than of every change before'),
    ('ConsoleRows', 'ChangedAt', N'When (UTC)'),
    ('ConsoleRows', 'Controller', N'Where it was changed'),
    ('ConsoleAudit', 'Id', N'Number of the line, as it came'),
    ('ConsoleAudit', 'FileId', N'Of the local file that it was written to first'),
    ('ConsoleAudit', 'FileLine', N'Number of the line there'),
    ('ConsoleAudit', 'Controller', N'Controller whose file that is'),
    ('ConsoleAudit', 'At', N'When (UTC)'),
    ('ConsoleAudit', 'Who', N'Who did it, by name'),
    ('ConsoleAudit', 'Address', N'Where from'),
    ('ConsoleAudit', 'Action', N'What was done'),
    ('ConsoleAudit', 'Subject', N'What it was done to'),
    ('ConsoleAudit', 'BeforeJson', N'What changed, as it was; codes are masked'),
    ('ConsoleAudit', 'AfterJson', N'What changed, as it is; codes are masked')) d (TableName, Name, Text)
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 39) OR OBJECT_ID('dbo.ConsoleVersion', 'U') IS NULL
  OR OBJECT_ID('dbo.ConsoleRows', 'U') IS NULL OR OBJECT_ID('dbo.ConsoleAudit', 'U') IS NULL
  OR OBJECT_ID('dbo.TR_ConsoleAudit_Stays', 'TR') IS NULL OR NOT EXISTS (SELECT 1 FROM dbo.ConsoleVersion)
RAISERROR('0040-shared-console.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 40)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (40, N'0040-shared-console.sql');
GO
