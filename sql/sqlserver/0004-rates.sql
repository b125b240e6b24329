-- What calls cost: rate tables, who they are for, and their rates. Every controller copies them and prices its own calls.
--
-- Amounts are whole millionths of the table's currency (1 USD = 1,000,000). Times are UTC. Only rates with their table's
-- Version apply: an import loads a new version and puts it into effect with its last statement. Each batch may be
-- run again.

IF OBJECT_ID('dbo.RateTables', 'U') IS NULL
CREATE TABLE dbo.RateTables (
  Id                  INT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_RateTables PRIMARY KEY,
  Name                NVARCHAR(200) NOT NULL CONSTRAINT UQ_RateTables_Name UNIQUE,
  Currency            CHAR(3) NOT NULL,
  RoundingMode        VARCHAR(20) NOT NULL CONSTRAINT DF_RateTables_RoundingMode DEFAULT 'half-up',
  RoundingUnitMicros  BIGINT NOT NULL CONSTRAINT DF_RateTables_RoundingUnitMicros DEFAULT 100,
  MarkupBasisPoints   INT NOT NULL CONSTRAINT DF_RateTables_MarkupBasisPoints DEFAULT 0,
  MarkupPerCallMicros BIGINT NOT NULL CONSTRAINT DF_RateTables_MarkupPerCallMicros DEFAULT 0,
  Version             INT NOT NULL CONSTRAINT DF_RateTables_Version DEFAULT 1,
  CONSTRAINT CK_RateTables_Name CHECK (Name <> N''),
  CONSTRAINT CK_RateTables_RoundingUnitMicros CHECK (RoundingUnitMicros >= 1),
  CONSTRAINT CK_RateTables_Markup CHECK (MarkupBasisPoints >= 0 AND MarkupPerCallMicros >= 0)
);
GO

-- The table for calls to which no other one is assigned; at most one row.
IF OBJECT_ID('dbo.DefaultRateTable', 'U') IS NULL
CREATE TABLE dbo.DefaultRateTable (
  Id      INT NOT NULL CONSTRAINT DF_DefaultRateTable_Id DEFAULT 1 CONSTRAINT PK_DefaultRateTable PRIMARY KEY,
  TableId INT NOT NULL CONSTRAINT FK_DefaultRateTable_RateTables REFERENCES dbo.RateTables (Id),
  CONSTRAINT CK_DefaultRateTable_Id CHECK (Id = 1)
);
GO

IF OBJECT_ID('dbo.AccountRateTables', 'U') IS NULL
CREATE TABLE dbo.AccountRateTables (
  AccountId INT NOT NULL CONSTRAINT PK_AccountRateTables PRIMARY KEY
    CONSTRAINT FK_AccountRateTables_Accounts REFERENCES dbo.Accounts (Id) ON DELETE CASCADE,
  TableId   INT NOT NULL CONSTRAINT FK_AccountRateTables_RateTables REFERENCES dbo.RateTables (Id)
);
GO

IF OBJECT_ID('dbo.DepartmentRateTables', 'U') IS NULL
CREATE TABLE dbo.DepartmentRateTables (
  DepartmentId INT NOT NULL CONSTRAINT PK_DepartmentRateTables PRIMARY KEY
    CONSTRAINT FK_DepartmentRateTables_Departments REFERENCES dbo.Departments (Id) ON DELETE CASCADE,
  TableId      INT NOT NULL CONSTRAINT FK_DepartmentRateTables_RateTables REFERENCES dbo.RateTables (Id)
);
GO

-- FinishedAt is null while an import is loading, or if it was abandoned.
IF OBJECT_ID('dbo.RateImports', 'U') IS NULL
CREATE TABLE dbo.RateImports (
  TableId    INT NOT NULL CONSTRAINT FK_RateImports_RateTables REFERENCES dbo.RateTables (Id),
  Version    INT NOT NULL,
  Source     NVARCHAR(400) NOT NULL,
  StartedAt  DATETIME2(3) NOT NULL CONSTRAINT DF_RateImports_StartedAt DEFAULT SYSUTCDATETIME(),
  FinishedAt DATETIME2(3) NULL,
  Rates      INT NOT NULL CONSTRAINT DF_RateImports_Rates DEFAULT 0,
  CONSTRAINT PK_RateImports PRIMARY KEY (TableId, Version)
);
GO

-- PriceMicros is per minute. ValidFrom null: always; ValidUntil null: until a newer rate for the prefix begins.
IF OBJECT_ID('dbo.Rates', 'U') IS NULL
CREATE TABLE dbo.Rates (
  Id                  INT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_Rates PRIMARY KEY,
  TableId             INT NOT NULL CONSTRAINT FK_Rates_RateTables REFERENCES dbo.RateTables (Id),
  Version             INT NOT NULL CONSTRAINT DF_Rates_Version DEFAULT 1,
  Prefix              VARCHAR(15) NOT NULL,
  Destination         NVARCHAR(200) NOT NULL,
  ConnectFeeMicros    BIGINT NOT NULL CONSTRAINT DF_Rates_ConnectFeeMicros DEFAULT 0,
  PriceMicros         BIGINT NOT NULL,
  FirstIncrementMs    INT NOT NULL CONSTRAINT DF_Rates_FirstIncrementMs DEFAULT 0,
  NextIncrementMs     INT NOT NULL CONSTRAINT DF_Rates_NextIncrementMs DEFAULT 1000,
  MinimumChargeMicros BIGINT NOT NULL CONSTRAINT DF_Rates_MinimumChargeMicros DEFAULT 0,
  ValidFrom           DATETIME2(3) NULL,
  ValidUntil          DATETIME2(3) NULL,
  CONSTRAINT CK_Rates_Prefix CHECK (Prefix <> '' AND Prefix NOT LIKE '%[^0-9]%'),
  CONSTRAINT CK_Rates_Amounts CHECK (ConnectFeeMicros >= 0 AND PriceMicros >= 0 AND MinimumChargeMicros >= 0),
  CONSTRAINT CK_Rates_Increments CHECK (FirstIncrementMs >= 0 AND NextIncrementMs >= 1),
  CONSTRAINT CK_Rates_Valid CHECK (ValidFrom < ValidUntil),
  CONSTRAINT UQ_Rates_Prefix UNIQUE (TableId, Version, Prefix, ValidFrom)
);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.Rates') AND LOWER(name) LIKE 'ix_rates_tableid%')
CREATE INDEX IX_Rates_TableId ON dbo.Rates (TableId, Version, Id);
GO

-- What changed in rates, like dbo.DirectoryChanges for the directory. Separate, because copying a million rates must
-- not delay the revocation of a code.
IF OBJECT_ID('dbo.RateChanges', 'U') IS NULL
CREATE TABLE dbo.RateChanges (
  Id        BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_RateChanges PRIMARY KEY,
  TableName VARCHAR(20) NOT NULL,
  RowId     INT NOT NULL,
  ChangedAt DATETIME2(3) NOT NULL CONSTRAINT DF_RateChanges_ChangedAt DEFAULT SYSUTCDATETIME()
);
GO

IF OBJECT_ID('dbo.TR_RateTables_Changes', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_RateTables_Changes ON dbo.RateTables AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.RateChanges (TableName, RowId)
SELECT ''tables'', Id FROM inserted UNION SELECT ''tables'', Id FROM deleted;');
GO

IF OBJECT_ID('dbo.TR_DefaultRateTable_Changes', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_DefaultRateTable_Changes ON dbo.DefaultRateTable AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.RateChanges (TableName, RowId)
SELECT ''tables'', TableId FROM inserted UNION SELECT ''tables'', TableId FROM deleted;');
GO

IF OBJECT_ID('dbo.TR_AccountRateTables_Changes', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_AccountRateTables_Changes ON dbo.AccountRateTables AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.RateChanges (TableName, RowId)
SELECT ''accounts'', AccountId FROM inserted UNION SELECT ''accounts'', AccountId FROM deleted;');
GO

IF OBJECT_ID('dbo.TR_DepartmentRateTables_Changes', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_DepartmentRateTables_Changes ON dbo.DepartmentRateTables AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.RateChanges (TableName, RowId)
SELECT ''departments'', DepartmentId FROM inserted UNION SELECT ''departments'', DepartmentId FROM deleted;');
GO

-- Rates that do not count yet are copied as a whole once they do.
IF OBJECT_ID('dbo.TR_Rates_Changes', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_Rates_Changes ON dbo.Rates AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.RateChanges (TableName, RowId)
SELECT ''rates'', i.Id FROM inserted i JOIN dbo.RateTables t ON t.Id = i.TableId AND t.Version = i.Version
UNION
SELECT ''rates'', d.Id FROM deleted d JOIN dbo.RateTables t ON t.Id = d.TableId AND t.Version = d.Version;');
GO

GRANT SELECT ON dbo.RateTables TO billing_controller;
GRANT SELECT ON dbo.DefaultRateTable TO billing_controller;
GRANT SELECT ON dbo.AccountRateTables TO billing_controller;
GRANT SELECT ON dbo.DepartmentRateTables TO billing_controller;
GRANT SELECT ON dbo.Rates TO billing_controller;
GRANT SELECT ON dbo.RateChanges TO billing_controller;
GO

GRANT SELECT ON dbo.RateTables TO billing_report;
GRANT SELECT ON dbo.DefaultRateTable TO billing_report;
GRANT SELECT ON dbo.AccountRateTables TO billing_report;
GRANT SELECT ON dbo.DepartmentRateTables TO billing_report;
GRANT SELECT ON dbo.RateImports TO billing_report;
GRANT SELECT ON dbo.Rates TO billing_report;
GO

GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.RateTables TO billing_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.DefaultRateTable TO billing_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.AccountRateTables TO billing_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.DepartmentRateTables TO billing_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.RateImports TO billing_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.Rates TO billing_admin;
GRANT SELECT, INSERT, DELETE ON dbo.RateChanges TO billing_admin;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 4)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (4, N'0004-rates.sql');
GO
