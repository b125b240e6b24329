-- For whom the work is, what statements say of it, and the time that a call was charged for. Each batch may be run again.

IF COL_LENGTH('dbo.Accounts', 'Client') IS NULL
ALTER TABLE dbo.Accounts ADD Client NVARCHAR(200) NOT NULL CONSTRAINT DF_Accounts_Client DEFAULT N'';
GO
IF COL_LENGTH('dbo.Accounts', 'Matter') IS NULL
ALTER TABLE dbo.Accounts ADD Matter NVARCHAR(200) NOT NULL CONSTRAINT DF_Accounts_Matter DEFAULT N'';
GO
IF COL_LENGTH('dbo.Accounts', 'Reference') IS NULL
ALTER TABLE dbo.Accounts ADD Reference NVARCHAR(200) NOT NULL CONSTRAINT DF_Accounts_Reference DEFAULT N'';
GO
IF COL_LENGTH('dbo.Accounts', 'Address') IS NULL
ALTER TABLE dbo.Accounts ADD Address NVARCHAR(1000) NOT NULL CONSTRAINT DF_Accounts_Address DEFAULT N'';
GO

IF COL_LENGTH('dbo.AccountsImport', 'Client') IS NULL
ALTER TABLE dbo.AccountsImport ADD Client NVARCHAR(200) NOT NULL CONSTRAINT DF_AccountsImport_Client DEFAULT N'';
GO
IF COL_LENGTH('dbo.AccountsImport', 'Matter') IS NULL
ALTER TABLE dbo.AccountsImport ADD Matter NVARCHAR(200) NOT NULL CONSTRAINT DF_AccountsImport_Matter DEFAULT N'';
GO
IF COL_LENGTH('dbo.AccountsImport', 'Reference') IS NULL
ALTER TABLE dbo.AccountsImport ADD Reference NVARCHAR(200) NOT NULL CONSTRAINT DF_AccountsImport_Reference DEFAULT N'';
GO
IF COL_LENGTH('dbo.AccountsImport', 'Address') IS NULL
ALTER TABLE dbo.AccountsImport ADD Address NVARCHAR(1000) NOT NULL CONSTRAINT DF_AccountsImport_Address DEFAULT N'';
GO

-- In whole increments; null: of a call that has no price, or had it before this column was there.
IF COL_LENGTH('dbo.CallRecords', 'BilledMs') IS NULL
ALTER TABLE dbo.CallRecords ADD BilledMs BIGINT NULL;
GO

GRANT SELECT (Client, Matter, Reference, Address) ON dbo.Accounts TO billing_report;
GRANT SELECT (BilledMs) ON dbo.CallRecords TO billing_report;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Client', N'For whom the work is, as statements name them; empty: the account itself'),
    ('Matter', N'What the calls are for, as the site numbers it'),
    ('Reference', N'What the client calls the matter: a file or purchase order number'),
    ('Address', N'Where statements go, lines separated by semicolons')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.Accounts') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'Accounts', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Client', N'For whom the work is, as statements name them; empty: the account itself'),
    ('Matter', N'What the calls are for, as the site numbers it'),
    ('Reference', N'What the client calls the matter: a file or purchase order number'),
    ('Address', N'Where statements go, lines separated by semicolons')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.AccountsImport') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'AccountsImport', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('BilledMs', N'Time charged, in whole increments, milliseconds; null: not known')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'CallRecords', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 15)
RAISERROR('0016-clients-and-matters.sql is not complete: run the files before it, then this one again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 16)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (16, N'0016-clients-and-matters.sql');
GO
