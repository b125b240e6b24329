-- The number the other side sees, where a phone is, who pays for calls it forwards, and the gateway of a call. Each batch may be run again.

-- E.164 with +; null: none of its own. A binary collation, because others treat ² as a digit.
IF COL_LENGTH('dbo.Departments', 'CallerNumber') IS NULL
ALTER TABLE dbo.Departments ADD CallerNumber VARCHAR(20) NULL;
GO
IF COL_LENGTH('dbo.Accounts', 'CallerNumber') IS NULL
ALTER TABLE dbo.Accounts ADD CallerNumber VARCHAR(20) NULL;
GO
IF COL_LENGTH('dbo.Accounts', 'Anonymous') IS NULL
ALTER TABLE dbo.Accounts ADD Anonymous BIT NOT NULL CONSTRAINT DF_Accounts_Anonymous DEFAULT 0;
GO
IF COL_LENGTH('dbo.Extensions', 'CallerNumber') IS NULL
ALTER TABLE dbo.Extensions ADD CallerNumber VARCHAR(20) NULL;
GO
IF COL_LENGTH('dbo.Extensions', 'CallbackNumber') IS NULL
ALTER TABLE dbo.Extensions ADD CallbackNumber VARCHAR(20) NULL;
GO
IF COL_LENGTH('dbo.Extensions', 'Place') IS NULL
ALTER TABLE dbo.Extensions ADD Place NVARCHAR(200) NOT NULL CONSTRAINT DF_Extensions_Place DEFAULT N'';
GO
-- An account that goes pays for nothing any more: the extension is without one then.
IF COL_LENGTH('dbo.Extensions', 'DefaultAccountId') IS NULL
ALTER TABLE dbo.Extensions ADD DefaultAccountId INT NULL
  CONSTRAINT FK_Extensions_DefaultAccount REFERENCES dbo.Accounts (Id) ON DELETE SET NULL;
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.Extensions') AND LOWER(name) LIKE 'ix_extensions_defaultaccountid%')
CREATE INDEX IX_Extensions_DefaultAccountId ON dbo.Extensions (DefaultAccountId);
GO

IF OBJECT_ID('dbo.CK_Departments_CallerNumber', 'C') IS NULL
ALTER TABLE dbo.Departments ADD CONSTRAINT CK_Departments_CallerNumber CHECK
  (CallerNumber LIKE '+[1-9]%' AND LEN(CallerNumber) BETWEEN 7 AND 16 AND SUBSTRING(CallerNumber, 2, 20) COLLATE Latin1_General_BIN2 NOT LIKE '%[^0-9]%');
GO
IF OBJECT_ID('dbo.CK_Accounts_CallerNumber', 'C') IS NULL
ALTER TABLE dbo.Accounts ADD CONSTRAINT CK_Accounts_CallerNumber CHECK
  (CallerNumber LIKE '+[1-9]%' AND LEN(CallerNumber) BETWEEN 7 AND 16 AND SUBSTRING(CallerNumber, 2, 20) COLLATE Latin1_General_BIN2 NOT LIKE '%[^0-9]%');
GO
IF OBJECT_ID('dbo.CK_Extensions_CallerNumber', 'C') IS NULL
ALTER TABLE dbo.Extensions ADD CONSTRAINT CK_Extensions_CallerNumber CHECK
  (CallerNumber LIKE '+[1-9]%' AND LEN(CallerNumber) BETWEEN 7 AND 16 AND SUBSTRING(CallerNumber, 2, 20) COLLATE Latin1_General_BIN2 NOT LIKE '%[^0-9]%');
GO
IF OBJECT_ID('dbo.CK_Extensions_CallbackNumber', 'C') IS NULL
ALTER TABLE dbo.Extensions ADD CONSTRAINT CK_Extensions_CallbackNumber CHECK
  (CallbackNumber LIKE '+[1-9]%' AND LEN(CallbackNumber) BETWEEN 7 AND 16 AND SUBSTRING(CallbackNumber, 2, 20) COLLATE Latin1_General_BIN2 NOT LIKE '%[^0-9]%');
GO

IF COL_LENGTH('dbo.AccountsImport', 'CallerNumber') IS NULL
ALTER TABLE dbo.AccountsImport ADD CallerNumber VARCHAR(20) NULL;
GO
IF COL_LENGTH('dbo.AccountsImport', 'Anonymous') IS NULL
ALTER TABLE dbo.AccountsImport ADD Anonymous BIT NOT NULL CONSTRAINT DF_AccountsImport_Anonymous DEFAULT 0;
GO

IF COL_LENGTH('dbo.CallRecords', 'Gateway') IS NULL
ALTER TABLE dbo.CallRecords ADD Gateway VARCHAR(60) NULL;
GO

-- The views and the procedure of reports, with the gateway. Made anew, the second view first, which stands on the first: rights that
-- were given on them to others than our roles have to be given again.
IF OBJECT_ID('dbo.ReportCallsLocal', 'V') IS NOT NULL AND COL_LENGTH('dbo.ReportCalls', 'Gateway') IS NULL
DROP VIEW dbo.ReportCallsLocal;
GO
IF OBJECT_ID('dbo.ReportCalls', 'V') IS NOT NULL AND COL_LENGTH('dbo.ReportCalls', 'Gateway') IS NULL
DROP VIEW dbo.ReportCalls;
GO
IF OBJECT_ID('dbo.ReportCalls', 'V') IS NULL
EXEC ('CREATE VIEW dbo.ReportCalls AS
SELECT c.CallId, c.StartedAt, c.AccountId, COALESCE(a.Name, c.AccountName) AS Account, c.DepartmentId, d.Name AS Department,
  c.Extension, NULLIF(e.Name, N'''') AS ExtensionName, c.CallerName,
  COALESCE(c.CalledE164, c.CalledNumber, NULLIF(c.KeyedNumber, N''''), N'''') AS Number,
  c.Country, c.Destination, c.CallType, c.EntryMode, c.Gateway, c.Outcome, c.Reason, c.RuleText, c.BillableMs, c.Estimated,
  CASE WHEN c.AnsweredAt IS NULL THEN 0 ELSE 1 END AS Answered,
  CASE WHEN c.Outcome IN (''answered'', ''busy'', ''no-answer'', ''cancelled'', ''failed'') THEN 1 ELSE 0 END AS Placed,
  CASE WHEN c.Outcome = ''refused'' THEN 1 ELSE 0 END AS Refused,
  CASE WHEN c.AnsweredAt IS NOT NULL AND c.CostMicros IS NULL AND ISNULL(c.PriceKind, ''unrated'') = ''unrated'' THEN 1 ELSE 0 END AS Unrated,
  CASE WHEN c.CostMicros IS NOT NULL THEN ''priced''
    WHEN c.AnsweredAt IS NOT NULL AND ISNULL(c.PriceKind, ''unrated'') = ''unrated'' THEN ''unrated''
    ELSE c.PriceKind END AS PriceKind,
  c.Currency, c.CostMicros, c.ChargeMicros, c.PriceArithmetic
FROM dbo.CallRecords c
LEFT JOIN dbo.Accounts a ON a.Id = c.AccountId
LEFT JOIN dbo.Departments d ON d.Id = c.DepartmentId
LEFT JOIN dbo.Extensions e ON e.Number = c.Extension
WHERE c.EndedAt IS NOT NULL;');
GO
IF OBJECT_ID('dbo.ReportCallsLocal', 'V') IS NULL
EXEC ('CREATE VIEW dbo.ReportCallsLocal AS
SELECT c.*, DATEADD(MINUTE, ISNULL(
  (SELECT TOP (1) s.OffsetMinutes FROM dbo.SiteClock s WHERE s.ValidFrom <= c.StartedAt ORDER BY s.ValidFrom DESC), 0),
  c.StartedAt) AS StartedLocal
FROM dbo.ReportCalls c;');
GO
IF OBJECT_ID('dbo.usp_ReportCalls', 'P') IS NOT NULL
DROP PROCEDURE dbo.usp_ReportCalls;
GO
IF OBJECT_ID('dbo.usp_ReportCalls', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportCalls
  @From DATETIME2(3), @Until DATETIME2(3), @Code VARCHAR(20) = NULL, @Outcome VARCHAR(20) = NULL, @UnratedOnly BIT = 0,
  @Gateway VARCHAR(60) = NULL
AS
BEGIN
  SET NOCOUNT ON;
  SELECT StartedAt, StartedLocal, CallId, Account, Department, Extension, CallerName, Number, Destination, CallType, EntryMode, Outcome,
    Reason, RuleText, BillableMs, Estimated, PriceKind, Currency, CostMicros, ChargeMicros, PriceArithmetic, Gateway
  FROM dbo.ReportCallsLocal
  WHERE StartedAt >= @From AND StartedAt < @Until AND (@Outcome IS NULL OR Outcome = @Outcome) AND (@UnratedOnly = 0 OR Unrated = 1)
    AND (@Code IS NULL OR AccountId = (SELECT a.Id FROM dbo.Accounts a WHERE a.Code = @Code))
    AND (@Gateway IS NULL OR Gateway = @Gateway)
  ORDER BY StartedAt, CallId;
END;');
GO

GRANT SELECT ON dbo.ReportCalls TO billing_report;
GRANT SELECT ON dbo.ReportCallsLocal TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportCalls TO billing_report;
GRANT SELECT ON dbo.ReportCalls TO billing_controller;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 9)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (9, N'0009-caller-numbers-and-gateways.sql');
GO
