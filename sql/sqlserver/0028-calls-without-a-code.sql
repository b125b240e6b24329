-- Calls that go out without a code, to be charged to an account later, and phones at which # alone stands for the last code. Each batch may
-- be run again.

IF COL_LENGTH('dbo.CallRecords', 'Uncoded') IS NULL
ALTER TABLE dbo.CallRecords ADD Uncoded BIT NOT NULL CONSTRAINT DF_CallRecords_Uncoded DEFAULT 0;
GO
IF COL_LENGTH('dbo.Extensions', 'LastCodeMinutes') IS NULL
ALTER TABLE dbo.Extensions ADD LastCodeMinutes INT NULL;
GO
IF OBJECT_ID('dbo.CK_Extensions_LastCode', 'C') IS NULL
ALTER TABLE dbo.Extensions ADD CONSTRAINT CK_Extensions_LastCode CHECK (LastCodeMinutes >= 1);
GO
GRANT SELECT (Uncoded) ON dbo.CallRecords TO billing_retention;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('CallRecords', 'Uncoded', N'1: it went out without a code, to be charged to an account later (usp_MoveCall); while AccountId is null, nobody has'),
    ('Extensions', 'LastCodeMinutes', N'For so many minutes after a code was keyed, # alone stands for it; null: never')) d (TableName, Name, Text)
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 27)
  OR COL_LENGTH('dbo.CallRecords', 'Uncoded') IS NULL OR COL_LENGTH('dbo.Extensions', 'LastCodeMinutes') IS NULL
RAISERROR('0028-calls-without-a-code.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 28)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (28, N'0028-calls-without-a-code.sql');
GO
