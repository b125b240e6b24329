-- What happens once on all controllers: requests of the API with an Idempotency-Key, and codes of a second factor (docs/api.md, docs/console.md).
-- Each batch may be run again.

IF OBJECT_ID('dbo.ConsoleOnce', 'U') IS NULL
CREATE TABLE dbo.ConsoleOnce (
  Kind        VARCHAR(20) NOT NULL,
  OnceKey     CHAR(64) NOT NULL,
  Fingerprint CHAR(64) NOT NULL,
  At          DATETIME2(3) NOT NULL,
  Controller  NVARCHAR(60) NOT NULL,
  Status      INT NULL,
  Answer      NVARCHAR(MAX) NULL,
  CONSTRAINT PK_ConsoleOnce PRIMARY KEY (Kind, OnceKey)
);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.ConsoleOnce') AND LOWER(name) LIKE 'ix_consoleonce_at%')
CREATE INDEX IX_ConsoleOnce_At ON dbo.ConsoleOnce (At);
GO

GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.ConsoleOnce TO billing_controller;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Kind', N'request: of the API, with an Idempotency-Key; code: of a second factor, or a recovery code'),
    ('OnceKey', N'Hash of whose it is and which'),
    ('Fingerprint', N'Hash of what was asked'),
    ('At', N'When it began (UTC)'),
    ('Controller', N'Where it began'),
    ('Status', N'HTTP status of the answer; null: it was begun, and nobody knows what came of it'),
    ('Answer', N'The answer, as JSON')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.ConsoleOnce') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'ConsoleOnce', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 43) OR OBJECT_ID('dbo.ConsoleOnce', 'U') IS NULL
RAISERROR('0044-once.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 44)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (44, N'0044-once.sql');
GO
