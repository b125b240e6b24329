-- Saved reports are among what the consoles of all controllers share (docs/console.md); each batch may be run again.

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Kind', N'user: somebody who signs in to the console; token: a program that comes in by the API; template: restrictions under a name; template-use: an account that has them; saved-report: a report with its filters and its schedule'),
    ('NameKey', N'Of a user, template or saved report, the name in small letters (of a report, after the key of its user); null: it has none, or not any more')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.ConsoleRows') AND LOWER(c.name) = LOWER(d.Name);
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    IF EXISTS (SELECT 1 FROM sys.extended_properties p JOIN sys.columns c ON c.object_id = p.major_id AND c.column_id = p.minor_id
      WHERE p.class = 1 AND p.major_id = OBJECT_ID('dbo.ConsoleRows') AND LOWER(c.name) = LOWER(@Column) AND p.name = 'MS_Description')
    EXEC sys.sp_dropextendedproperty N'MS_Description', N'SCHEMA', N'dbo', N'TABLE', N'ConsoleRows', N'COLUMN', @Column;
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'ConsoleRows', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 44)
RAISERROR('0045-saved-reports.sql is not complete: run 0044-once.sql, and then this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 45)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (45, N'0045-saved-reports.sql');
GO
