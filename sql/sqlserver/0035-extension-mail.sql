-- Where reminders of calls without a code are sent, of each phone. Each batch may be run again.

IF COL_LENGTH('dbo.Extensions', 'Mail') IS NULL
ALTER TABLE dbo.Extensions ADD Mail NVARCHAR(400) NOT NULL CONSTRAINT DF_Extensions_Mail DEFAULT N'';
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('Extensions', 'Mail', N'E-mail addresses that are reminded of its calls without a code, separated by commas; empty: nobody')) d (TableName, Name, Text)
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 34) OR COL_LENGTH('dbo.Extensions', 'Mail') IS NULL
RAISERROR('0035-extension-mail.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 35)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (35, N'0035-extension-mail.sql');
GO
