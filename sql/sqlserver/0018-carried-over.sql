-- What billing-codes move-to-sqlserver carries over beside directory, rates, calls and moves: all prices that calls had, re-ratings, and
-- records as they were before corrections; and which row here a row of a local file became. Each batch may be run again.

-- LocalId is an id of a local file (dbo.ControllerMarks.FileId), Id the one of the same row here.
IF OBJECT_ID('dbo.CarriedIds', 'U') IS NULL
CREATE TABLE dbo.CarriedIds (
  FileId  UNIQUEIDENTIFIER NOT NULL,
  Kind    VARCHAR(20) NOT NULL,
  LocalId INT NOT NULL,
  Id      INT NOT NULL,
  CONSTRAINT PK_CarriedIds PRIMARY KEY (FileId, Kind, LocalId)
);
GO

IF OBJECT_ID('dbo.Reratings', 'U') IS NULL
CREATE TABLE dbo.Reratings (
  Id        INT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_Reratings PRIMARY KEY,
  UndoesId  INT NULL,
  FromTime  DATETIME2(3) NOT NULL,
  UntilTime DATETIME2(3) NOT NULL,
  MadeAt    DATETIME2(3) NOT NULL,
  MadeBy    NVARCHAR(200) NOT NULL,
  Calls     INT NOT NULL
);
GO

IF OBJECT_ID('dbo.CallPriceHistory', 'U') IS NULL
CREATE TABLE dbo.CallPriceHistory (
  CallId       VARCHAR(80) NOT NULL,
  Version      INT NOT NULL,
  IsCurrent    BIT NOT NULL,
  Kind         VARCHAR(10) NOT NULL,
  Why          VARCHAR(20) NULL,
  Currency     CHAR(3) NULL,
  CostMicros   BIGINT NULL,
  ChargeMicros BIGINT NULL,
  BilledMs     BIGINT NULL,
  TableId      INT NULL,
  RateId       INT NULL,
  RateVersion  INT NULL,
  Prefix       VARCHAR(15) NULL,
  Destination  NVARCHAR(200) NULL,
  Arithmetic   NVARCHAR(1000) NULL,
  PricedAt     DATETIME2(3) NOT NULL,
  ReratingId   INT NULL,
  CONSTRAINT PK_CallPriceHistory PRIMARY KEY (CallId, Version)
);
GO

IF OBJECT_ID('dbo.CallCorrections', 'U') IS NULL
CREATE TABLE dbo.CallCorrections (
  Id           INT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_CallCorrections PRIMARY KEY,
  CallId       VARCHAR(80) NOT NULL,
  CorrectedAt  DATETIME2(3) NOT NULL,
  RecordBefore NVARCHAR(4000) NOT NULL,
  RecordAfter  NVARCHAR(4000) NOT NULL
);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallCorrections') AND LOWER(name) LIKE 'ix_callcorrections_callid%')
CREATE INDEX IX_CallCorrections_CallId ON dbo.CallCorrections (CallId, CorrectedAt);
GO

GRANT SELECT ON dbo.CarriedIds TO billing_admin;
GRANT SELECT ON dbo.Reratings TO billing_admin;
GRANT SELECT ON dbo.CallPriceHistory TO billing_admin;
GRANT SELECT ON dbo.CallCorrections TO billing_admin;
GRANT SELECT ON dbo.Reratings TO billing_report;
GRANT SELECT ON dbo.CallPriceHistory TO billing_report;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('CarriedIds', 'FileId', N'Of the local file that it came from'),
    ('CarriedIds', 'Kind', N'department, rate-table, account, extension or rerating'),
    ('CarriedIds', 'LocalId', N'Its id in the local file'),
    ('CarriedIds', 'Id', N'Its id here'),
    ('Reratings', 'Id', N'Number of the re-rating'),
    ('Reratings', 'UndoesId', N'The re-rating that it took back; null: none'),
    ('Reratings', 'FromTime', N'Of the calls'' start (UTC), inclusive'),
    ('Reratings', 'UntilTime', N'Exclusive'),
    ('Reratings', 'MadeAt', N'When (UTC)'),
    ('Reratings', 'MadeBy', N'By whom'),
    ('Reratings', 'Calls', N'How many prices it changed'),
    ('CallPriceHistory', 'CallId', N'dbo.CallRecords.CallId'),
    ('CallPriceHistory', 'Version', N'1: the price at the end of the call'),
    ('CallPriceHistory', 'IsCurrent', N'1: the price when it was carried over'),
    ('CallPriceHistory', 'Kind', N'priced, free or unrated'),
    ('CallPriceHistory', 'Why', N'Of what is not priced'),
    ('CallPriceHistory', 'Currency', N'ISO 4217'),
    ('CallPriceHistory', 'CostMicros', N'Millionths of the currency'),
    ('CallPriceHistory', 'ChargeMicros', N'Millionths of the currency, with the markup'),
    ('CallPriceHistory', 'BilledMs', N'Time charged, milliseconds'),
    ('CallPriceHistory', 'TableId', N'dbo.RateTables.Id'),
    ('CallPriceHistory', 'RateId', N'Number of the rate, which may be gone'),
    ('CallPriceHistory', 'RateVersion', N'Version of the rate table'),
    ('CallPriceHistory', 'Prefix', N'Of the rate'),
    ('CallPriceHistory', 'Destination', N'Of the rate'),
    ('CallPriceHistory', 'Arithmetic', N'How it was calculated'),
    ('CallPriceHistory', 'PricedAt', N'When (UTC)'),
    ('CallPriceHistory', 'ReratingId', N'dbo.Reratings.Id; null: the end of the call'),
    ('CallCorrections', 'Id', N'Number of the correction'),
    ('CallCorrections', 'CallId', N'dbo.CallRecords.CallId'),
    ('CallCorrections', 'CorrectedAt', N'When (UTC)'),
    ('CallCorrections', 'RecordBefore', N'The record as it was, as JSON; with the billing code'),
    ('CallCorrections', 'RecordAfter', N'The record as it became')) d (TableName, Name, Text)
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 17)
  OR OBJECT_ID('dbo.CarriedIds', 'U') IS NULL OR OBJECT_ID('dbo.Reratings', 'U') IS NULL
  OR OBJECT_ID('dbo.CallPriceHistory', 'U') IS NULL OR OBJECT_ID('dbo.CallCorrections', 'U') IS NULL
RAISERROR('0018-carried-over.sql is not complete: run the files before it, then this one again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 18)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (18, N'0018-carried-over.sql');
GO
