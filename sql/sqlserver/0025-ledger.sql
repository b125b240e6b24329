-- The ledgers of all controllers (docs/ledger.md), and what each controller may spend of amounts that they share. Each batch may be run again.

IF OBJECT_ID('dbo.LedgerTransfers', 'U') IS NULL
CREATE TABLE dbo.LedgerTransfers (
  FileId     CHAR(36) NOT NULL,
  Seq        BIGINT NOT NULL,
  Id         VARCHAR(120) NOT NULL,
  Kind       VARCHAR(10) NOT NULL,
  Debit      VARCHAR(40) NOT NULL,
  Credit     VARCHAR(40) NOT NULL,
  Unit       VARCHAR(10) NOT NULL,
  Amount     BIGINT NOT NULL,
  PendingId  VARCHAR(120) NULL,
  TimesOutAt DATETIME2(3) NULL,
  CallId     VARCHAR(80) NULL,
  Why        VARCHAR(20) NOT NULL,
  MadeAt     DATETIME2(3) NOT NULL,
  MadeBy     NVARCHAR(200) NOT NULL,
  Hash       CHAR(64) NOT NULL,
  CONSTRAINT PK_LedgerTransfers PRIMARY KEY (FileId, Seq),
  CONSTRAINT CK_LedgerTransfers_Accounts CHECK (Debit <> Credit),
  CONSTRAINT CK_LedgerTransfers_Amount CHECK (Amount >= 0)
);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.LedgerTransfers') AND LOWER(name) LIKE 'ix_ledgertransfers_callid%')
CREATE INDEX IX_LedgerTransfers_CallId ON dbo.LedgerTransfers (CallId);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.LedgerTransfers') AND LOWER(name) LIKE 'ix_ledgertransfers_why%')
CREATE INDEX IX_LedgerTransfers_Why ON dbo.LedgerTransfers (Why, Unit, Credit);
GO

IF OBJECT_ID('dbo.TR_LedgerTransfers_Stay', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_LedgerTransfers_Stay ON dbo.LedgerTransfers AFTER UPDATE, DELETE AS
SET NOCOUNT ON;
IF EXISTS (SELECT 1 FROM deleted)
BEGIN
  RAISERROR (''dbo.LedgerTransfers is never changed, and nothing is deleted from it.'', 16, 1);
  ROLLBACK TRANSACTION;
END;');
GO

IF OBJECT_ID('dbo.LedgerBudgets', 'U') IS NULL
CREATE TABLE dbo.LedgerBudgets (
  BudgetKey     VARCHAR(100) NOT NULL CONSTRAINT PK_LedgerBudgets PRIMARY KEY,
  GrantedMicros BIGINT NOT NULL,
  CONSTRAINT CK_LedgerBudgets_Granted CHECK (GrantedMicros >= 0)
);
GO

IF OBJECT_ID('dbo.LedgerShares', 'U') IS NULL
CREATE TABLE dbo.LedgerShares (
  BudgetKey     VARCHAR(100) NOT NULL,
  FileId        CHAR(36) NOT NULL,
  GrantedMicros BIGINT NOT NULL,
  DrawnAt       DATETIME2(3) NOT NULL,
  CONSTRAINT PK_LedgerShares PRIMARY KEY (BudgetKey, FileId),
  CONSTRAINT CK_LedgerShares_Granted CHECK (GrantedMicros >= 0)
);
GO

GRANT SELECT, INSERT ON dbo.LedgerTransfers TO billing_controller;
GRANT SELECT, INSERT, UPDATE ON dbo.LedgerBudgets TO billing_controller;
GRANT SELECT, INSERT, UPDATE ON dbo.LedgerShares TO billing_controller;
GRANT SELECT ON dbo.LedgerTransfers TO billing_report;
GRANT SELECT ON dbo.LedgerBudgets TO billing_report;
GRANT SELECT ON dbo.LedgerShares TO billing_report;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('LedgerTransfers', 'FileId', N'Of the local file whose ledger it is'),
    ('LedgerTransfers', 'Seq', N'1, 2, 3 … within that file'),
    ('LedgerTransfers', 'Id', N'Unique within the file'),
    ('LedgerTransfers', 'Kind', N'pending (reserves), post or void (resolve), single'),
    ('LedgerTransfers', 'Debit', N'account:12, nobody, used, paid-in'),
    ('LedgerTransfers', 'Credit', N'account:12, nobody, used, paid-in'),
    ('LedgerTransfers', 'Unit', N'seconds (Amount in thousandths), calls, or a currency (Amount in millionths of its unit)'),
    ('LedgerTransfers', 'Amount', N'Of a post, what of the pending one is used'),
    ('LedgerTransfers', 'PendingId', N'What a post or a void resolves'),
    ('LedgerTransfers', 'TimesOutAt', N'When a pending one resolves itself (UTC)'),
    ('LedgerTransfers', 'CallId', N'The call; null: none'),
    ('LedgerTransfers', 'Why', N'reserved, used, used-beyond, unused, timed-out, correction, paid-in'),
    ('LedgerTransfers', 'MadeAt', N'When (UTC)'),
    ('LedgerTransfers', 'MadeBy', N'Who, where it was a person; empty: the program'),
    ('LedgerTransfers', 'Hash', N'SHA-256 of the hash before it in the file and of this row'),
    ('LedgerBudgets', 'BudgetKey', N'An amount that controllers share, such as account:12/CHF/day:2026-11-26'),
    ('LedgerBudgets', 'GrantedMicros', N'What was granted of it to all controllers together, in millionths'),
    ('LedgerShares', 'BudgetKey', N'An amount that controllers share, such as account:12/CHF/day:2026-11-26'),
    ('LedgerShares', 'FileId', N'Of the local file of the controller'),
    ('LedgerShares', 'GrantedMicros', N'What that controller may spend of it, in millionths'),
    ('LedgerShares', 'DrawnAt', N'When it last drew (UTC)'))
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 24)
  OR OBJECT_ID('dbo.LedgerTransfers', 'U') IS NULL OR OBJECT_ID('dbo.LedgerShares', 'U') IS NULL
  OR OBJECT_ID('dbo.TR_LedgerTransfers_Stay', 'TR') IS NULL
RAISERROR('0025-ledger.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 25)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (25, N'0025-ledger.sql');
GO
