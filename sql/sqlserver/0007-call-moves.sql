-- Calls that were later charged to another account (billing-codes calls move). Rows here are never changed or deleted.
-- Each batch may be run again.

IF OBJECT_ID('dbo.CallMoves', 'U') IS NULL
CREATE TABLE dbo.CallMoves (
  Id               INT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_CallMoves PRIMARY KEY,
  CallId           VARCHAR(80) NOT NULL,
  MovedAt          DATETIME2(3) NOT NULL,
  MovedBy          NVARCHAR(200) NOT NULL,
  Why              NVARCHAR(400) NOT NULL,
  FromAccountId    INT NULL,
  FromAccountName  NVARCHAR(200) NULL,
  FromDepartmentId INT NULL,
  ToAccountId      INT NOT NULL,
  ToAccountName    NVARCHAR(200) NOT NULL,
  ToDepartmentId   INT NULL,
  CONSTRAINT CK_CallMoves_MovedBy CHECK (MovedBy <> N''),
  CONSTRAINT CK_CallMoves_Why CHECK (Why <> N'')
);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallMoves') AND LOWER(name) LIKE 'ix_callmoves_callid%')
CREATE INDEX IX_CallMoves_CallId ON dbo.CallMoves (CallId);
GO

IF OBJECT_ID('dbo.TR_CallMoves_Stay', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_CallMoves_Stay ON dbo.CallMoves AFTER UPDATE, DELETE AS
SET NOCOUNT ON;
IF EXISTS (SELECT 1 FROM deleted)
BEGIN
  RAISERROR (''dbo.CallMoves is never changed, and nothing is deleted from it.'', 16, 1);
  ROLLBACK TRANSACTION;
END;');
GO

GRANT SELECT ON dbo.CallMoves TO billing_controller;
GRANT SELECT ON dbo.CallMoves TO billing_report;
GRANT SELECT, INSERT ON dbo.CallMoves TO billing_admin;
GRANT UPDATE (AccountId, AccountName, DepartmentId, Currency, CostMicros, ChargeMicros, PriceArithmetic, PriceKind, Destination)
  ON dbo.CallRecords TO billing_admin;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 7)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (7, N'0007-call-moves.sql');
GO
