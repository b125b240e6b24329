-- Which calls a rate is for (all, or those at peak, off-peak, at weekends), codes that are closed, grace time, a rate for everything else (an empty
-- prefix), and when peak is. Rates and tables that are there mean what they meant. Each batch may be run again.

IF COL_LENGTH('dbo.Rates', 'Scope') IS NULL
ALTER TABLE dbo.Rates ADD Scope VARCHAR(10) NOT NULL CONSTRAINT DF_Rates_Scope DEFAULT 'all';
GO
IF COL_LENGTH('dbo.Rates', 'Status') IS NULL
ALTER TABLE dbo.Rates ADD Status VARCHAR(10) NOT NULL CONSTRAINT DF_Rates_Status DEFAULT 'open';
GO
IF COL_LENGTH('dbo.Rates', 'GraceMs') IS NULL
ALTER TABLE dbo.Rates ADD GraceMs INT NOT NULL CONSTRAINT DF_Rates_GraceMs DEFAULT 0;
GO
IF COL_LENGTH('dbo.RateTables', 'PeakHours') IS NULL
ALTER TABLE dbo.RateTables ADD PeakHours VARCHAR(400) NOT NULL CONSTRAINT DF_RateTables_PeakHours DEFAULT '';
GO
IF COL_LENGTH('dbo.RateTables', 'Holidays') IS NULL
ALTER TABLE dbo.RateTables ADD Holidays VARCHAR(2000) NOT NULL CONSTRAINT DF_RateTables_Holidays DEFAULT '';
GO
IF COL_LENGTH('dbo.RateTables', 'TimeZone') IS NULL
ALTER TABLE dbo.RateTables ADD TimeZone VARCHAR(60) NOT NULL CONSTRAINT DF_RateTables_TimeZone DEFAULT 'UTC';
GO

IF OBJECT_ID('dbo.CK_Rates_Scope', 'C') IS NULL
ALTER TABLE dbo.Rates ADD CONSTRAINT CK_Rates_Scope CHECK (Scope COLLATE Latin1_General_BIN2 IN ('all', 'peak', 'off-peak', 'weekend'));
GO
IF OBJECT_ID('dbo.CK_Rates_Status', 'C') IS NULL
ALTER TABLE dbo.Rates ADD CONSTRAINT CK_Rates_Status CHECK (Status COLLATE Latin1_General_BIN2 IN ('open', 'closed'));
GO
IF OBJECT_ID('dbo.CK_Rates_Grace', 'C') IS NULL
ALTER TABLE dbo.Rates ADD CONSTRAINT CK_Rates_Grace CHECK (GraceMs BETWEEN 0 AND 86400000);
GO

-- An empty prefix is a rate for everything else.
IF OBJECT_ID('dbo.CK_Rates_Digits', 'C') IS NULL
ALTER TABLE dbo.Rates ADD CONSTRAINT CK_Rates_Digits CHECK (Prefix NOT LIKE '%[^0-9]%');
GO
IF OBJECT_ID('dbo.CK_Rates_Prefix', 'C') IS NOT NULL
ALTER TABLE dbo.Rates DROP CONSTRAINT CK_Rates_Prefix;
GO

-- The same prefix may have a rate of each scope.
IF OBJECT_ID('dbo.UQ_Rates_PrefixScope', 'UQ') IS NULL
ALTER TABLE dbo.Rates ADD CONSTRAINT UQ_Rates_PrefixScope UNIQUE (TableId, Version, Prefix, ValidFrom, Scope);
GO
IF OBJECT_ID('dbo.UQ_Rates_Prefix', 'UQ') IS NOT NULL
ALTER TABLE dbo.Rates DROP CONSTRAINT UQ_Rates_Prefix;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('Rates', 'Scope', N'Which calls: all, or those at peak, off-peak or weekend, by dbo.RateTables.PeakHours'),
    ('Rates', 'Status', N'open, or closed: calls to these numbers are refused'),
    ('Rates', 'GraceMs', N'An answered call that is no longer than so many milliseconds costs nothing; 0: none'),
    ('RateTables', 'PeakHours', N'When peak is, such as Mon-Fri 08:00-18:00,Sat 09:00-12:00; empty: rates of scope all alone apply'),
    ('RateTables', 'Holidays', N'Days that count as Sundays, such as 12-25,2026-11-26'),
    ('RateTables', 'TimeZone', N'Time zone of PeakHours and Holidays, an IANA name'))
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 22) OR COL_LENGTH('dbo.RateTables', 'TimeZone') IS NULL
  OR OBJECT_ID('dbo.CK_Rates_Prefix', 'C') IS NOT NULL OR COL_LENGTH('dbo.Rates', 'GraceMs') IS NULL
RAISERROR('0023-rate-scopes.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 23)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (23, N'0023-rate-scopes.sql');
GO
