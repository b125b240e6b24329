-- Alerts are among what the consoles of all controllers share (docs/console.md), and go when they are old; each batch may be run again.

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.ConsoleRows') AND LOWER(name) LIKE 'ix_consolerows_changedat%')
CREATE INDEX IX_ConsoleRows_ChangedAt ON dbo.ConsoleRows (Kind, ChangedAt);
GO

GRANT DELETE ON dbo.ConsoleRows TO billing_controller;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME;
  SELECT @Column = name FROM sys.columns WHERE object_id = OBJECT_ID('dbo.ConsoleRows') AND LOWER(name) = 'kind';
  IF EXISTS (SELECT 1 FROM sys.extended_properties p JOIN sys.columns c ON c.object_id = p.major_id AND c.column_id = p.minor_id
    WHERE p.class = 1 AND p.major_id = OBJECT_ID('dbo.ConsoleRows') AND LOWER(c.name) = 'kind' AND p.name = 'MS_Description')
  EXEC sys.sp_dropextendedproperty N'MS_Description', N'SCHEMA', N'dbo', N'TABLE', N'ConsoleRows', N'COLUMN', @Column;
  EXEC sys.sp_addextendedproperty N'MS_Description',
    N'user: somebody who signs in to the console; token: a program that comes in by the API; template: restrictions under a name; template-use: an account that has them; saved-report: a report with its filters and its schedule; alert: what people were told of',
    N'SCHEMA', N'dbo', N'TABLE', N'ConsoleRows', N'COLUMN', @Column;
END;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 45)
RAISERROR('0046-shared-alerts.sql is not complete: run 0045-saved-reports.sql, and then this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 46)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (46, N'0046-shared-alerts.sql');
GO
