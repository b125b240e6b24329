-- The system of record: the directory that every controller copies, and the call records that every controller sends.
--
-- Times are UTC. Lists (prefixes, numbers, call types) are separated by commas; spaces and duplicates are fine. Each batch may be
-- run again: it creates what is missing and leaves what exists. SQL Server 2008 and newer.

-- Which of these files have run. Each ends by recording itself here.
IF OBJECT_ID('dbo.SchemaMigrations', 'U') IS NULL
CREATE TABLE dbo.SchemaMigrations (
  Version   INT NOT NULL CONSTRAINT PK_SchemaMigrations PRIMARY KEY,
  Name      NVARCHAR(200) NOT NULL,
  AppliedAt DATETIME2(3) NOT NULL CONSTRAINT DF_SchemaMigrations_AppliedAt DEFAULT SYSUTCDATETIME()
);
GO

IF OBJECT_ID('dbo.Departments', 'U') IS NULL
CREATE TABLE dbo.Departments (
  Id   INT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_Departments PRIMARY KEY,
  Name NVARCHAR(200) NOT NULL CONSTRAINT UQ_Departments_Name UNIQUE,
  CONSTRAINT CK_Departments_Name CHECK (Name <> N'')
);
GO

IF OBJECT_ID('dbo.Accounts', 'U') IS NULL
CREATE TABLE dbo.Accounts (
  Id               INT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_Accounts PRIMARY KEY,
  Code             VARCHAR(20) NOT NULL CONSTRAINT UQ_Accounts_Code UNIQUE,
  Name             NVARCHAR(200) NOT NULL,
  DepartmentId     INT NULL CONSTRAINT FK_Accounts_Departments REFERENCES dbo.Departments (Id),
  CustomerNumbers  VARCHAR(4000) NOT NULL CONSTRAINT DF_Accounts_CustomerNumbers DEFAULT '',
  Enabled          BIT NOT NULL CONSTRAINT DF_Accounts_Enabled DEFAULT 1,
  ValidFrom        DATETIME2(3) NULL,
  ValidUntil       DATETIME2(3) NULL,
  LeastDigits      INT NULL,
  MostDigits       INT NULL,
  BlockedPrefixes  VARCHAR(4000) NOT NULL CONSTRAINT DF_Accounts_BlockedPrefixes DEFAULT '',
  AllowedPrefixes  VARCHAR(4000) NOT NULL CONSTRAINT DF_Accounts_AllowedPrefixes DEFAULT '',
  AllowedNumbers   VARCHAR(4000) NOT NULL CONSTRAINT DF_Accounts_AllowedNumbers DEFAULT '',
  AllowedCallTypes VARCHAR(400) NOT NULL CONSTRAINT DF_Accounts_AllowedCallTypes DEFAULT '',
  CONSTRAINT CK_Accounts_Code CHECK (Code <> '' AND Code NOT LIKE '%[^0-9]%'),
  CONSTRAINT CK_Accounts_Name CHECK (Name <> N''),
  CONSTRAINT CK_Accounts_Valid CHECK (ValidFrom < ValidUntil),
  CONSTRAINT CK_Accounts_Digits CHECK (LeastDigits >= 0 AND MostDigits >= 0 AND LeastDigits <= MostDigits)
);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.Accounts') AND LOWER(name) LIKE 'ix_accounts_departmentid%')
CREATE INDEX IX_Accounts_DepartmentId ON dbo.Accounts (DepartmentId);
GO

IF OBJECT_ID('dbo.Extensions', 'U') IS NULL
CREATE TABLE dbo.Extensions (
  Id               INT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_Extensions PRIMARY KEY,
  Number           VARCHAR(40) NOT NULL CONSTRAINT UQ_Extensions_Number UNIQUE,
  Name             NVARCHAR(200) NOT NULL,
  DepartmentId     INT NULL CONSTRAINT FK_Extensions_Departments REFERENCES dbo.Departments (Id),
  LeastDigits      INT NULL,
  MostDigits       INT NULL,
  BlockedPrefixes  VARCHAR(4000) NOT NULL CONSTRAINT DF_Extensions_BlockedPrefixes DEFAULT '',
  AllowedPrefixes  VARCHAR(4000) NOT NULL CONSTRAINT DF_Extensions_AllowedPrefixes DEFAULT '',
  AllowedNumbers   VARCHAR(4000) NOT NULL CONSTRAINT DF_Extensions_AllowedNumbers DEFAULT '',
  AllowedCallTypes VARCHAR(400) NOT NULL CONSTRAINT DF_Extensions_AllowedCallTypes DEFAULT '',
  CONSTRAINT CK_Extensions_Number CHECK (Number <> ''),
  CONSTRAINT CK_Extensions_Digits CHECK (LeastDigits >= 0 AND MostDigits >= 0 AND LeastDigits <= MostDigits)
);
GO

-- What changed in the directory, in the order in which transactions started. Controllers find changes here; a missing number belongs
-- to a transaction that is not over (or was rolled back), and they ask for it again.
IF OBJECT_ID('dbo.DirectoryChanges', 'U') IS NULL
CREATE TABLE dbo.DirectoryChanges (
  Id        BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_DirectoryChanges PRIMARY KEY,
  TableName VARCHAR(20) NOT NULL,
  RowId     INT NOT NULL,
  ChangedAt DATETIME2(3) NOT NULL CONSTRAINT DF_DirectoryChanges_ChangedAt DEFAULT SYSUTCDATETIME()
);
GO

IF OBJECT_ID('dbo.TR_Departments_Changes', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_Departments_Changes ON dbo.Departments AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.DirectoryChanges (TableName, RowId)
SELECT ''departments'', Id FROM inserted UNION SELECT ''departments'', Id FROM deleted;');
GO

IF OBJECT_ID('dbo.TR_Accounts_Changes', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_Accounts_Changes ON dbo.Accounts AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.DirectoryChanges (TableName, RowId)
SELECT ''accounts'', Id FROM inserted UNION SELECT ''accounts'', Id FROM deleted;');
GO

IF OBJECT_ID('dbo.TR_Extensions_Changes', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_Extensions_Changes ON dbo.Extensions AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.DirectoryChanges (TableName, RowId)
SELECT ''extensions'', Id FROM inserted UNION SELECT ''extensions'', Id FROM deleted;');
GO

-- One row per call attempt; EndedAt is null while the call is up. No foreign keys: a call record is never refused for what it
-- says, and calls outlive their account.
IF OBJECT_ID('dbo.CallRecords', 'U') IS NULL
CREATE TABLE dbo.CallRecords (
  CallId          VARCHAR(80) NOT NULL CONSTRAINT PK_CallRecords PRIMARY KEY,
  CalleeLegId     VARCHAR(80) NULL,
  SwitchName      NVARCHAR(200) NOT NULL,
  Controller      NVARCHAR(60) NOT NULL,
  EntryMode       VARCHAR(20) NOT NULL,
  Extension       NVARCHAR(200) NOT NULL,
  ExtensionId     INT NULL,
  CallerName      NVARCHAR(200) NOT NULL,
  AccountId       INT NULL,
  Code            VARCHAR(20) NOT NULL,
  AccountName     NVARCHAR(200) NULL,
  DepartmentId    INT NULL,
  KeyedNumber     NVARCHAR(200) NOT NULL,
  CalledNumber    VARCHAR(40) NULL,
  CalledE164      VARCHAR(20) NULL,
  CallType        VARCHAR(20) NULL,
  Outcome         VARCHAR(20) NULL,
  Reason          VARCHAR(40) NULL,
  RuleText        NVARCHAR(400) NULL,
  HangupCause     VARCHAR(40) NULL,
  StartedAt       DATETIME2(3) NOT NULL,
  DecidedAt       DATETIME2(3) NULL,
  BridgedAt       DATETIME2(3) NULL,
  AnsweredAt      DATETIME2(3) NULL,
  EndedAt         DATETIME2(3) NULL,
  BillableMs      BIGINT NOT NULL,
  ClosedBy        VARCHAR(20) NULL,
  Estimated       BIT NOT NULL,
  -- The current price, in millionths of the currency; null where the call has none.
  Currency        CHAR(3) NULL,
  CostMicros      BIGINT NULL,
  ChargeMicros    BIGINT NULL,
  PriceArithmetic NVARCHAR(400) NULL,
  CONSTRAINT CK_CallRecords_BillableMs CHECK (BillableMs >= 0)
);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_startedat%')
CREATE INDEX IX_CallRecords_StartedAt ON dbo.CallRecords (StartedAt);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_account%')
CREATE INDEX IX_CallRecords_Account ON dbo.CallRecords (AccountId, StartedAt);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_department%')
CREATE INDEX IX_CallRecords_Department ON dbo.CallRecords (DepartmentId, StartedAt);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_extension%')
CREATE INDEX IX_CallRecords_Extension ON dbo.CallRecords (Extension, StartedAt);
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 1)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (1, N'0001-directory-and-call-records.sql');
GO
