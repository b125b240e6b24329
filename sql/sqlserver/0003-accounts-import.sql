-- Stages an import of accounts until all of it has arrived; empty between imports.
IF OBJECT_ID('dbo.AccountsImport', 'U') IS NULL
CREATE TABLE dbo.AccountsImport (
  ImportId         VARCHAR(36) NOT NULL,
  Code             VARCHAR(40) NOT NULL,
  Name             NVARCHAR(200) NOT NULL,
  DepartmentId     INT NULL,
  CustomerNumbers  VARCHAR(4000) NOT NULL,
  Enabled          BIT NOT NULL,
  ValidFrom        DATETIME2(3) NULL,
  ValidUntil       DATETIME2(3) NULL,
  LeastDigits      INT NULL,
  MostDigits       INT NULL,
  BlockedPrefixes  VARCHAR(4000) NOT NULL,
  AllowedPrefixes  VARCHAR(4000) NOT NULL,
  AllowedNumbers   VARCHAR(4000) NOT NULL,
  AllowedCallTypes VARCHAR(400) NOT NULL,
  CONSTRAINT PK_AccountsImport PRIMARY KEY (ImportId, Code)
);
GO

GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.AccountsImport TO billing_admin;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 3)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (3, N'0003-accounts-import.sql');
GO
