-- Where statements are sent by e-mail. Each batch may be run again.

IF COL_LENGTH('dbo.Accounts', 'Mail') IS NULL
ALTER TABLE dbo.Accounts ADD Mail NVARCHAR(400) NOT NULL CONSTRAINT DF_Accounts_Mail DEFAULT N'';
GO
IF COL_LENGTH('dbo.AccountsImport', 'Mail') IS NULL
ALTER TABLE dbo.AccountsImport ADD Mail NVARCHAR(400) NOT NULL CONSTRAINT DF_AccountsImport_Mail DEFAULT N'';
GO
IF COL_LENGTH('dbo.Departments', 'Mail') IS NULL
ALTER TABLE dbo.Departments ADD Mail NVARCHAR(400) NOT NULL CONSTRAINT DF_Departments_Mail DEFAULT N'';
GO

GRANT SELECT (Mail) ON dbo.Accounts TO billing_report;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('Accounts', 'Mail', N'Where its statements are sent by e-mail, addresses separated by commas; empty: nowhere'),
    ('AccountsImport', 'Mail', N'Where its statements are sent by e-mail, addresses separated by commas; empty: nowhere'),
    ('Departments', 'Mail', N'Where its statements are sent by e-mail, addresses separated by commas; empty: nowhere'))
    d (TableName, Name, Text)
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 20) OR COL_LENGTH('dbo.Departments', 'Mail') IS NULL
RAISERROR('0021-statement-delivery.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 21)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (21, N'0021-statement-delivery.sql');
GO
