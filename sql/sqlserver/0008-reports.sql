-- Reports in T-SQL: the figures of "billing-codes report", as views and procedures. Each batch may be run again.

-- How far the site's time is ahead of UTC from that moment (UTC) on; billing-codes migrate writes it from site.timeZone.
IF OBJECT_ID('dbo.SiteClock', 'U') IS NULL
CREATE TABLE dbo.SiteClock (
  ValidFrom     DATETIME2(3) NOT NULL CONSTRAINT PK_SiteClock PRIMARY KEY,
  OffsetMinutes INT NOT NULL
);
GO

-- Every call that is over, with names as they are now. Flags are 0 or 1, so that they can be summed.
IF OBJECT_ID('dbo.ReportCalls', 'V') IS NULL
EXEC ('CREATE VIEW dbo.ReportCalls AS
SELECT c.CallId, c.StartedAt, c.AccountId, COALESCE(a.Name, c.AccountName) AS Account, c.DepartmentId, d.Name AS Department,
  c.Extension, NULLIF(e.Name, N'''') AS ExtensionName, c.CallerName,
  COALESCE(c.CalledE164, c.CalledNumber, NULLIF(c.KeyedNumber, N''''), N'''') AS Number,
  c.Country, c.Destination, c.CallType, c.EntryMode, c.Outcome, c.Reason, c.RuleText, c.BillableMs, c.Estimated,
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

-- The same with the time on the clocks of the site.
IF OBJECT_ID('dbo.ReportCallsLocal', 'V') IS NULL
EXEC ('CREATE VIEW dbo.ReportCallsLocal AS
SELECT c.*, DATEADD(MINUTE, ISNULL(
  (SELECT TOP (1) s.OffsetMinutes FROM dbo.SiteClock s WHERE s.ValidFrom <= c.StartedAt ORDER BY s.ValidFrom DESC), 0),
  c.StartedAt) AS StartedLocal
FROM dbo.ReportCalls c;');
GO

IF OBJECT_ID('dbo.usp_ReportUsage', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportUsage
  @From DATETIME2(3), @Until DATETIME2(3), @GroupBy VARCHAR(20) = ''account'', @ThenBy VARCHAR(20) = NULL
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @Known VARCHAR(200);
  SET @Known = '',account,department,extension,destination,country,call-type,day,week,month,hour,outcome,reason,entry,'';
  IF @From >= @Until
  BEGIN
    RAISERROR(''@From is not before @Until.'', 16, 1);
    RETURN;
  END;
  IF CHARINDEX('','' + @GroupBy + '','', @Known) = 0 OR CHARINDEX('','' + ISNULL(@ThenBy, ''day'') + '','', @Known) = 0
  BEGIN
    RAISERROR(''@GroupBy and @ThenBy are account, department, extension, destination, country, call-type, day, week, month, hour, outcome, reason or entry.'', 16, 1);
    RETURN;
  END;
  SELECT GroupName, ThenName, Currency, COUNT(*) AS Calls, SUM(Placed) AS Placed, SUM(Answered) AS Answered, SUM(Refused) AS Refused,
    CASE WHEN SUM(Placed) = 0 THEN NULL ELSE 1.0 * SUM(Answered) / SUM(Placed) END AS AnswerRate,
    SUM(BillableMs) AS BillableMs,
    CASE WHEN SUM(Answered) = 0 THEN NULL ELSE SUM(BillableMs) / SUM(Answered) END AS AverageMs,
    SUM(Unrated) AS Unrated, SUM(CostMicros) AS CostMicros, SUM(ChargeMicros) AS ChargeMicros
  FROM (
    SELECT c.*,
      CASE @GroupBy WHEN ''account'' THEN AccountId WHEN ''department'' THEN DepartmentId END AS GroupId,
      CASE @ThenBy WHEN ''account'' THEN AccountId WHEN ''department'' THEN DepartmentId END AS ThenId,
      CASE @GroupBy
        WHEN ''account'' THEN Account WHEN ''department'' THEN Department WHEN ''extension'' THEN Extension
        WHEN ''destination'' THEN Destination WHEN ''country'' THEN CAST(Country AS NVARCHAR(200))
        WHEN ''call-type'' THEN CAST(CallType AS NVARCHAR(200)) WHEN ''outcome'' THEN CAST(Outcome AS NVARCHAR(200))
        WHEN ''reason'' THEN CAST(Reason AS NVARCHAR(200)) WHEN ''entry'' THEN CAST(EntryMode AS NVARCHAR(200))
        WHEN ''day'' THEN CONVERT(NVARCHAR(10), StartedLocal, 120) WHEN ''month'' THEN CONVERT(NVARCHAR(7), StartedLocal, 120)
        WHEN ''week'' THEN CAST(YEAR(DATEADD(DAY, 26 - DATEPART(ISO_WEEK, StartedLocal), StartedLocal)) AS NVARCHAR(4)) + N''-W''
          + RIGHT(N''0'' + CAST(DATEPART(ISO_WEEK, StartedLocal) AS NVARCHAR(2)), 2)
        WHEN ''hour'' THEN RIGHT(N''0'' + CAST(DATEPART(HOUR, StartedLocal) AS NVARCHAR(2)), 2) + N'':00'' END AS GroupName,
      CASE @ThenBy
        WHEN ''account'' THEN Account WHEN ''department'' THEN Department WHEN ''extension'' THEN Extension
        WHEN ''destination'' THEN Destination WHEN ''country'' THEN CAST(Country AS NVARCHAR(200))
        WHEN ''call-type'' THEN CAST(CallType AS NVARCHAR(200)) WHEN ''outcome'' THEN CAST(Outcome AS NVARCHAR(200))
        WHEN ''reason'' THEN CAST(Reason AS NVARCHAR(200)) WHEN ''entry'' THEN CAST(EntryMode AS NVARCHAR(200))
        WHEN ''day'' THEN CONVERT(NVARCHAR(10), StartedLocal, 120) WHEN ''month'' THEN CONVERT(NVARCHAR(7), StartedLocal, 120)
        WHEN ''week'' THEN CAST(YEAR(DATEADD(DAY, 26 - DATEPART(ISO_WEEK, StartedLocal), StartedLocal)) AS NVARCHAR(4)) + N''-W''
          + RIGHT(N''0'' + CAST(DATEPART(ISO_WEEK, StartedLocal) AS NVARCHAR(2)), 2)
        WHEN ''hour'' THEN RIGHT(N''0'' + CAST(DATEPART(HOUR, StartedLocal) AS NVARCHAR(2)), 2) + N'':00'' END AS ThenName
    FROM dbo.ReportCallsLocal c WHERE c.StartedAt >= @From AND c.StartedAt < @Until
  ) calls
  GROUP BY GroupId, GroupName, ThenId, ThenName, Currency
  ORDER BY GroupName, ThenName, Currency;
END;');
GO

IF OBJECT_ID('dbo.usp_ReportCalls', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportCalls
  @From DATETIME2(3), @Until DATETIME2(3), @Code VARCHAR(20) = NULL, @Outcome VARCHAR(20) = NULL, @UnratedOnly BIT = 0
AS
BEGIN
  SET NOCOUNT ON;
  SELECT StartedAt, StartedLocal, CallId, Account, Department, Extension, CallerName, Number, Destination, CallType, EntryMode, Outcome,
    Reason, RuleText, BillableMs, Estimated, PriceKind, Currency, CostMicros, ChargeMicros, PriceArithmetic
  FROM dbo.ReportCallsLocal
  WHERE StartedAt >= @From AND StartedAt < @Until AND (@Outcome IS NULL OR Outcome = @Outcome) AND (@UnratedOnly = 0 OR Unrated = 1)
    AND (@Code IS NULL OR AccountId = (SELECT a.Id FROM dbo.Accounts a WHERE a.Code = @Code))
  ORDER BY StartedAt, CallId;
END;');
GO

IF OBJECT_ID('dbo.usp_ReportTopDestinations', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportTopDestinations @From DATETIME2(3), @Until DATETIME2(3), @Top INT = 20
AS
BEGIN
  SET NOCOUNT ON;
  SELECT TOP (@Top) Destination, COUNT(*) AS Calls, SUM(Answered) AS Answered, SUM(BillableMs) AS BillableMs
  FROM dbo.ReportCalls WHERE StartedAt >= @From AND StartedAt < @Until
  GROUP BY Destination
  ORDER BY SUM(BillableMs) DESC, Destination;
END;');
GO

IF OBJECT_ID('dbo.usp_ReportTopCalls', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportTopCalls @From DATETIME2(3), @Until DATETIME2(3), @By VARCHAR(10) = ''charge'', @Top INT = 20
AS
BEGIN
  SET NOCOUNT ON;
  IF @By NOT IN (''charge'', ''duration'')
  BEGIN
    RAISERROR(''@By is charge or duration.'', 16, 1);
    RETURN;
  END;
  SELECT TOP (@Top) StartedAt, CallId, Account, Extension, Number, Destination, BillableMs, Currency, CostMicros, ChargeMicros
  FROM dbo.ReportCalls WHERE StartedAt >= @From AND StartedAt < @Until
  ORDER BY CASE @By WHEN ''charge'' THEN ISNULL(ChargeMicros, -1) ELSE BillableMs END DESC, StartedAt, CallId;
END;');
GO

IF OBJECT_ID('dbo.usp_ReportUnusedAccounts', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportUnusedAccounts @Days INT = 90
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @Since DATETIME2(3);
  SET @Since = DATEADD(DAY, -@Days, SYSUTCDATETIME());
  SELECT a.Id, a.Name, d.Name AS Department, a.Enabled, (SELECT MAX(c.StartedAt) FROM dbo.CallRecords c WHERE c.AccountId = a.Id) AS LastCallAt
  FROM dbo.Accounts a LEFT JOIN dbo.Departments d ON d.Id = a.DepartmentId
  WHERE NOT EXISTS (SELECT 1 FROM dbo.CallRecords c WHERE c.AccountId = a.Id AND c.StartedAt >= @Since)
  ORDER BY a.Name, a.Id;
END;');
GO

-- The report's role runs them. An engine without ownership chains (Babelfish) reads with the rights of the caller, who has them.
GRANT SELECT ON dbo.SiteClock TO billing_report;
GRANT SELECT ON dbo.ReportCalls TO billing_report;
GRANT SELECT ON dbo.ReportCallsLocal TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportUsage TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportCalls TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportTopDestinations TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportTopCalls TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportUnusedAccounts TO billing_report;
GRANT SELECT ON dbo.ReportCalls TO billing_controller;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 8)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (8, N'0008-reports.sql');
GO
