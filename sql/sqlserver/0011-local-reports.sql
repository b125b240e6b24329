-- Reports on the site's own dates: a date dimension, and views and procedures that take and give local dates, minutes and money as
-- DECIMAL. Clock groupings read one range of StartedAt for each day or quarter of an hour, so nothing is calculated for each call. Each batch may be
-- run again. It takes some seconds, and nothing of it depends on how many calls there are.

-- One row per day of the site: when it begins and ends (UTC), and what people group by. Written from dbo.SiteClock.
IF OBJECT_ID('dbo.Dates', 'U') IS NULL
CREATE TABLE dbo.Dates (
  LocalDate   DATE NOT NULL CONSTRAINT PK_Dates PRIMARY KEY,
  StartsAt    DATETIME2(3) NOT NULL,
  EndsAt      DATETIME2(3) NOT NULL,
  Year        SMALLINT NOT NULL,
  Quarter     TINYINT NOT NULL,
  Month       TINYINT NOT NULL,
  Day         TINYINT NOT NULL,
  YearMonth   CHAR(7) NOT NULL,
  IsoWeek     CHAR(8) NOT NULL,
  Weekday     TINYINT NOT NULL,
  WeekdayName VARCHAR(9) NOT NULL,
  IsWeekend   BIT NOT NULL
);
GO

-- Days cut at midnight UTC and where clocks change: within a row, date (local and UTC) and offset are the same. By LocalDate a report finds
-- ranges of StartedAt.
IF OBJECT_ID('dbo.DatePieces', 'U') IS NULL
CREATE TABLE dbo.DatePieces (
  StartsAt      DATETIME2(3) NOT NULL CONSTRAINT PK_DatePieces PRIMARY KEY,
  EndsAt        DATETIME2(3) NOT NULL,
  UtcDate       DATE NOT NULL,
  LocalDate     DATE NOT NULL,
  OffsetMinutes INT NOT NULL
);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.DatePieces') AND LOWER(name) LIKE 'ix_datepieces_localdate%')
CREATE INDEX IX_DatePieces_LocalDate ON dbo.DatePieces (LocalDate) INCLUDE (EndsAt, UtcDate, OffsetMinutes);
GO

-- Writes dbo.Dates and dbo.DatePieces anew, 2010 to 2049, from dbo.SiteClock.
IF OBJECT_ID('dbo.usp_RefreshDates', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_RefreshDates AS
BEGIN
  SET NOCOUNT ON;
  -- Without rows in dbo.SiteClock, and before the first one, the site''s time is UTC. With the dates that each row touches, so that days find
  -- their rows without a calculation for each pair.
  DECLARE @Clock TABLE (ValidFrom DATETIME2(3) NOT NULL PRIMARY KEY, ValidUntil DATETIME2(3) NOT NULL, OffsetMinutes INT NOT NULL,
    FirstDate DATE NOT NULL, LastDate DATE NOT NULL);
  INSERT INTO @Clock (ValidFrom, ValidUntil, OffsetMinutes, FirstDate, LastDate)
  SELECT ValidFrom, ValidUntil, OffsetMinutes, DATEADD(MINUTE, OffsetMinutes, ValidFrom), DATEADD(MINUTE, OffsetMinutes, ValidUntil)
  FROM (
    SELECT s.ValidFrom, ISNULL((SELECT MIN(n.ValidFrom) FROM dbo.SiteClock n WHERE n.ValidFrom > s.ValidFrom), ''9000-01-01'') AS ValidUntil,
      s.OffsetMinutes
    FROM dbo.SiteClock s
    UNION ALL
    SELECT ''1900-01-01'', ISNULL((SELECT MIN(ValidFrom) FROM dbo.SiteClock), ''9000-01-01''), 0
    WHERE NOT EXISTS (SELECT 1 FROM dbo.SiteClock WHERE ValidFrom <= ''1900-01-01'')
  ) clock;

  -- As variables: some engines read a date in quotes again for each row.
  DECLARE @First DATE, @Monday DATE;
  SELECT @First = ''2010-01-01'', @Monday = ''1900-01-01'';
  DECLARE @Digits TABLE (N INT NOT NULL PRIMARY KEY);
  INSERT INTO @Digits (N) VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);

  DECLARE @Calendar TABLE (LocalDate DATE NOT NULL PRIMARY KEY);
  INSERT INTO @Calendar (LocalDate)
  SELECT DATEADD(DAY, a.N + 10 * b.N + 100 * c.N + 1000 * d.N + 10000 * e.N, @First)
  FROM @Digits a, @Digits b, @Digits c, @Digits d, @Digits e
  WHERE e.N <= 2 AND a.N + 10 * b.N + 100 * c.N + 1000 * d.N + 10000 * e.N <= 14610;

  -- A day begins when its clocks first show midnight or later. One more than is kept, for the end of the last.
  DECLARE @Days TABLE (LocalDate DATE NOT NULL PRIMARY KEY, StartsAt DATETIME2(3) NOT NULL);
  INSERT INTO @Days (LocalDate, StartsAt)
  SELECT LocalDate, MIN(CASE WHEN Midnight > ValidFrom THEN Midnight ELSE ValidFrom END)
  FROM (
    SELECT m.LocalDate, c.ValidFrom, c.ValidUntil, DATEADD(MINUTE, -c.OffsetMinutes, CAST(m.LocalDate AS DATETIME2(3))) AS Midnight
    FROM @Calendar m
    JOIN @Clock c ON m.LocalDate >= c.FirstDate AND m.LocalDate <= c.LastDate
  ) starts
  WHERE Midnight < ValidUntil
  GROUP BY LocalDate;

  BEGIN TRANSACTION;
  DELETE FROM dbo.DatePieces;
  DELETE FROM dbo.Dates;
  INSERT INTO dbo.Dates (LocalDate, StartsAt, EndsAt, Year, Quarter, Month, Day, YearMonth, IsoWeek, Weekday, WeekdayName, IsWeekend)
  SELECT LocalDate, StartsAt, EndsAt, Y, (M + 2) / 3, M, DAY(LocalDate), CAST(Y AS CHAR(4)) + ''-'' + RIGHT(''0'' + CAST(M AS VARCHAR(2)), 2),
    -- The ISO week is named by the year that its Thursday is in.
    CAST(Y + CASE WHEN M = 1 AND W > 50 THEN -1 WHEN M = 12 AND W = 1 THEN 1 ELSE 0 END AS CHAR(4)) + ''-W'' + RIGHT(''0'' + CAST(W AS VARCHAR(2)), 2),
    FromMonday + 1, CASE FromMonday WHEN 0 THEN ''Monday'' WHEN 1 THEN ''Tuesday'' WHEN 2 THEN ''Wednesday'' WHEN 3 THEN ''Thursday''
      WHEN 4 THEN ''Friday'' WHEN 5 THEN ''Saturday'' ELSE ''Sunday'' END, CASE WHEN FromMonday >= 5 THEN 1 ELSE 0 END
  FROM (
    SELECT LocalDate, StartsAt, EndsAt, YEAR(LocalDate) AS Y, MONTH(LocalDate) AS M,
      DATEPART(ISO_WEEK, LocalDate) AS W, DATEDIFF(DAY, @Monday, LocalDate) % 7 AS FromMonday
    FROM (
      -- The beginning of each day is the end of the one before.
      SELECT LocalDate, MAX(StartsAt) AS StartsAt, MAX(EndsAt) AS EndsAt
      FROM (SELECT LocalDate, StartsAt, CAST(NULL AS DATETIME2(3)) AS EndsAt FROM @Days UNION ALL SELECT DATEADD(DAY, -1, LocalDate), NULL, StartsAt FROM @Days) both
      GROUP BY LocalDate
    ) d
    WHERE StartsAt < EndsAt
  ) days;

  INSERT INTO dbo.DatePieces (StartsAt, EndsAt, UtcDate, LocalDate, OffsetMinutes)
  SELECT CASE WHEN u.UtcDate > v.StartsAt THEN u.UtcDate ELSE v.StartsAt END,
    CASE WHEN u.NextDate < v.EndsAt THEN u.NextDate ELSE v.EndsAt END, u.UtcDate, v.LocalDate, v.OffsetMinutes
  FROM (
    SELECT d.LocalDate, c.OffsetMinutes, CASE WHEN c.ValidFrom > d.StartsAt THEN c.ValidFrom ELSE d.StartsAt END AS StartsAt,
      CASE WHEN c.ValidUntil < d.EndsAt THEN c.ValidUntil ELSE d.EndsAt END AS EndsAt
    FROM dbo.Dates d
    JOIN @Clock c ON d.LocalDate >= c.FirstDate AND d.LocalDate <= c.LastDate AND c.ValidFrom < d.EndsAt AND c.ValidUntil > d.StartsAt
  ) v
  CROSS APPLY (SELECT DATEADD(DAY, k.N, CAST(CAST(v.StartsAt AS DATE) AS DATETIME2(3))) AS UtcDate,
    DATEADD(DAY, k.N + 1, CAST(CAST(v.StartsAt AS DATE) AS DATETIME2(3))) AS NextDate FROM @Digits k WHERE k.N <= 2) u
  WHERE u.UtcDate < v.EndsAt;
  COMMIT TRANSACTION;
END;');
GO

IF OBJECT_ID('dbo.TR_SiteClock_Dates', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_SiteClock_Dates ON dbo.SiteClock AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
EXEC dbo.usp_RefreshDates;');
GO

IF NOT EXISTS (SELECT 1 FROM dbo.Dates)
EXEC dbo.usp_RefreshDates;
GO

-- Made anew, because it has new columns: rights on it that were given to others than our roles have to be given again.
IF OBJECT_ID('dbo.ReportCallsLocal', 'V') IS NOT NULL AND COL_LENGTH('dbo.ReportCallsLocal', 'LocalDate') IS NULL
DROP VIEW dbo.ReportCallsLocal;
GO

IF OBJECT_ID('dbo.ReportCalls', 'V') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 11)
DROP VIEW dbo.ReportCalls;
GO

-- As before, except that an extension is found by its index (NVARCHAR against VARCHAR converts the whole index for each call), and that
-- flags compare bytes, several times quicker than text.
IF OBJECT_ID('dbo.ReportCalls', 'V') IS NULL
EXEC ('CREATE VIEW dbo.ReportCalls AS
SELECT c.CallId, c.StartedAt, c.AccountId, COALESCE(a.Name, c.AccountName) AS Account, c.DepartmentId, d.Name AS Department,
  c.Extension, NULLIF(e.Name, N'''') AS ExtensionName, c.CallerName,
  COALESCE(c.CalledE164, c.CalledNumber, NULLIF(c.KeyedNumber, N''''), N'''') AS Number,
  c.Country, c.Destination, c.CallType, c.EntryMode, c.Gateway, c.Outcome, c.Reason, c.RuleText, c.BillableMs, c.Estimated,
  CASE WHEN c.AnsweredAt IS NULL THEN 0 ELSE 1 END AS Answered,
  CASE WHEN c.Outcome COLLATE Latin1_General_BIN2 IN (''answered'', ''busy'', ''no-answer'', ''cancelled'', ''failed'') THEN 1 ELSE 0 END AS Placed,
  CASE WHEN c.Outcome COLLATE Latin1_General_BIN2 = ''refused'' THEN 1 ELSE 0 END AS Refused,
  CASE WHEN c.AnsweredAt IS NOT NULL AND c.CostMicros IS NULL AND ISNULL(c.PriceKind, ''unrated'') COLLATE Latin1_General_BIN2 = ''unrated'' THEN 1 ELSE 0 END AS Unrated,
  CASE WHEN c.CostMicros IS NOT NULL THEN ''priced''
    WHEN c.AnsweredAt IS NOT NULL AND ISNULL(c.PriceKind, ''unrated'') COLLATE Latin1_General_BIN2 = ''unrated'' THEN ''unrated''
    ELSE c.PriceKind END AS PriceKind,
  c.Currency, c.CostMicros, c.ChargeMicros, c.PriceArithmetic
FROM dbo.CallRecords c
LEFT JOIN dbo.Accounts a ON a.Id = c.AccountId
LEFT JOIN dbo.Departments d ON d.Id = c.DepartmentId
LEFT JOIN dbo.Extensions e ON e.Number = CAST(c.Extension AS VARCHAR(40)) AND c.Extension = CAST(e.Number AS NVARCHAR(40))
WHERE c.EndedAt IS NOT NULL;');
GO

-- The same with the site's date and time, minutes, and money in whole units: pick periods by LocalDate, which finds ranges of StartedAt by
-- itself. TOP takes all and keeps the order of work: from dates to calls, and never a search for its date for each call.
IF OBJECT_ID('dbo.ReportCallsLocal', 'V') IS NULL
EXEC ('CREATE VIEW dbo.ReportCallsLocal AS
SELECT c.*, p.LocalDate, DATEADD(MINUTE, p.OffsetMinutes, c.StartedAt) AS StartedLocal,
  CAST(c.BillableMs / 60000.0 AS DECIMAL(19, 4)) AS Minutes,
  CAST(c.CostMicros / 1000000.0 AS DECIMAL(19, 6)) AS Cost,
  CAST(c.ChargeMicros / 1000000.0 AS DECIMAL(19, 6)) AS Charge
FROM dbo.DatePieces p
CROSS APPLY (SELECT TOP (2147483647) v.* FROM dbo.ReportCalls v WHERE v.StartedAt >= p.StartsAt AND v.StartedAt < p.EndsAt) c;');
GO

IF OBJECT_ID('dbo.usp_ReportUsage', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 11)
DROP PROCEDURE dbo.usp_ReportUsage;
GO

IF OBJECT_ID('dbo.usp_ReportCalls', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 11)
DROP PROCEDURE dbo.usp_ReportCalls;
GO

IF OBJECT_ID('dbo.usp_ReportTopDestinations', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 11)
DROP PROCEDURE dbo.usp_ReportTopDestinations;
GO

IF OBJECT_ID('dbo.usp_ReportTopCalls', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 11)
DROP PROCEDURE dbo.usp_ReportTopCalls;
GO

IF OBJECT_ID('dbo.usp_ReportUnusedAccounts', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 11)
DROP PROCEDURE dbo.usp_ReportUnusedAccounts;
GO

-- What the other procedures make of their period: moments in UTC, the end exclusive. Returns 1 after an error.
IF OBJECT_ID('dbo.usp_ReportPeriod', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportPeriod
  @FromDate DATE, @UntilDate DATE, @From DATETIME2(3) OUTPUT, @Until DATETIME2(3) OUTPUT
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @First DATE, @Last DATE;
  SELECT @First = MIN(LocalDate), @Last = MAX(LocalDate) FROM dbo.Dates;
  IF (@FromDate IS NULL AND @From IS NULL) OR (@FromDate IS NOT NULL AND @From IS NOT NULL)
  BEGIN
    RAISERROR(''@FromDate is missing: the first date of the period, as at the site (or else @From, a moment in UTC).'', 16, 1);
    RETURN 1;
  END;
  IF (@UntilDate IS NULL AND @Until IS NULL) OR (@UntilDate IS NOT NULL AND @Until IS NOT NULL)
  BEGIN
    RAISERROR(''@UntilDate is missing: the date after the last one of the period, as at the site (or else @Until, a moment in UTC).'', 16, 1);
    RETURN 1;
  END;
  IF @FromDate < @First OR @FromDate > @Last OR @From < @First OR @From >= DATEADD(DAY, 1, CAST(@Last AS DATETIME2(3)))
  BEGIN
    RAISERROR(''@FromDate is outside the years 2010 to 2049 of dbo.Dates.'', 16, 1);
    RETURN 1;
  END;
  IF @UntilDate < @First OR @UntilDate > @Last OR @Until < @First OR @Until >= DATEADD(DAY, 1, CAST(@Last AS DATETIME2(3)))
  BEGIN
    RAISERROR(''@UntilDate is outside the years 2010 to 2049 of dbo.Dates.'', 16, 1);
    RETURN 1;
  END;
  -- The first day from then on: a date that the site never had (a zone that skipped a day) has no row.
  IF @FromDate IS NOT NULL SELECT @From = MIN(StartsAt) FROM dbo.Dates WHERE LocalDate >= @FromDate;
  IF @UntilDate IS NOT NULL SELECT @Until = MIN(StartsAt) FROM dbo.Dates WHERE LocalDate >= @UntilDate;
  IF @From >= @Until
  BEGIN
    RAISERROR(''@FromDate is not before @UntilDate, which is the date after the last one.'', 16, 1);
    RETURN 1;
  END;
  RETURN 0;
END;');
GO

IF OBJECT_ID('dbo.usp_ReportUsage', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportUsage
  @FromDate DATE = NULL, @UntilDate DATE = NULL, @GroupBy VARCHAR(20) = ''account'', @ThenBy VARCHAR(20) = NULL,
  @From DATETIME2(3) = NULL, @Until DATETIME2(3) = NULL
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @Wrong INT;
  EXEC @Wrong = dbo.usp_ReportPeriod @FromDate, @UntilDate, @From OUTPUT, @Until OUTPUT;
  IF @Wrong <> 0 RETURN;
  -- What goes into the statement is only ever from this table. Field: of a call; without one, Label is of a range of time.
  DECLARE @Known TABLE (Word VARCHAR(20) NOT NULL PRIMARY KEY, Field NVARCHAR(20) NOT NULL, Label NVARCHAR(400) NOT NULL);
  INSERT INTO @Known (Word, Field, Label) VALUES
    (''account'', N''AccountId'', N''ISNULL((SELECT a.Name FROM dbo.Accounts a WHERE a.Id = s.AccountId),
  (SELECT TOP (1) r.AccountName FROM dbo.CallRecords r WHERE r.AccountId = s.AccountId ORDER BY r.StartedAt DESC))''),
    (''department'', N''DepartmentId'', N''(SELECT n.Name FROM dbo.Departments n WHERE n.Id = s.DepartmentId)''),
    (''extension'', N''Extension'', N''s.Extension''), (''destination'', N''Destination'', N''s.Destination''),
    (''country'', N''Country'', N''s.Country''), (''call-type'', N''CallType'', N''s.CallType''), (''outcome'', N''Outcome'', N''s.Outcome''),
    (''reason'', N''Reason'', N''s.Reason''), (''entry'', N''EntryMode'', N''s.EntryMode''),
    (''day'', N'''', N''CONVERT(NVARCHAR(10), p.LocalDate, 120)''), (''week'', N'''', N''d.IsoWeek''), (''month'', N'''', N''d.YearMonth''),
    (''hour'', N'''', N''RIGHT(N''''0'''' + CAST((DATEDIFF(MINUTE, p.UtcMidnight, p.StartsAt) + p.OffsetMinutes + 2880) / 60 % 24 AS NVARCHAR(2)), 2) + N'''':00'''''');
  DECLARE @Field1 NVARCHAR(20), @Field2 NVARCHAR(20), @Label1 NVARCHAR(400), @Label2 NVARCHAR(400);
  SELECT @Field1 = Field, @Label1 = Label FROM @Known WHERE Word = @GroupBy;
  SELECT @Field2 = Field, @Label2 = Label FROM @Known WHERE Word = @ThenBy;
  IF @Label1 IS NULL
  BEGIN
    RAISERROR(''@GroupBy is account, department, extension, destination, country, call-type, day, week, month, hour, outcome, reason or entry.'', 16, 1);
    RETURN;
  END;
  IF @ThenBy IS NOT NULL AND @Label2 IS NULL
  BEGIN
    RAISERROR(''@ThenBy is account, department, extension, destination, country, call-type, day, week, month, hour, outcome, reason or entry.'', 16, 1);
    RETURN;
  END;

  -- Sums by the columns themselves: a name is looked up for each group, not for each call. Text is compared byte by byte, several times
  -- quicker than by the rules of a language.
  DECLARE @Fields NVARCHAR(100), @Ranges NVARCHAR(MAX), @Sums NVARCHAR(MAX), @Statement NVARCHAR(MAX);
  SET @Ranges = N'''';
  SET @Fields = CASE WHEN @Field1 <> N'''' THEN @Field1 + N'', '' ELSE N'''' END
    + CASE WHEN @Field2 <> N'''' AND @Field2 <> @Field1 THEN @Field2 + N'', '' ELSE N'''' END + N''Currency'';
  SET @Sums = N''SELECT '' + @Fields + N'', COUNT(*) AS Calls,
    SUM(CASE WHEN Outcome COLLATE Latin1_General_BIN2 IN (''''answered'''', ''''busy'''', ''''no-answer'''', ''''cancelled'''', ''''failed'''') THEN 1 ELSE 0 END) AS Placed,
    SUM(CASE WHEN AnsweredAt IS NULL THEN 0 ELSE 1 END) AS Answered,
    SUM(CASE WHEN Outcome COLLATE Latin1_General_BIN2 = ''''refused'''' THEN 1 ELSE 0 END) AS Refused,
    SUM(CASE WHEN AnsweredAt IS NOT NULL AND CostMicros IS NULL AND ISNULL(PriceKind, ''''unrated'''') COLLATE Latin1_General_BIN2 = ''''unrated''''
      THEN 1 ELSE 0 END) AS Unrated,
    SUM(BillableMs) AS BillableMs, SUM(CostMicros) AS CostMicros, SUM(ChargeMicros) AS ChargeMicros
  FROM dbo.CallRecords WHERE StartedAt >= <Lower> AND StartedAt < <Upper> AND EndedAt IS NOT NULL
  GROUP BY '' + @Fields;

  IF @Field1 <> N'''' AND ISNULL(@Field2, N''none'') <> N''''
    SET @Sums = REPLACE(REPLACE(@Sums, N''<Lower>'', N''@From''), N''<Upper>'', N''@Until'');
  ELSE
  BEGIN
    -- By the clock: one range of StartedAt for each day, or for each hour, so that nothing is calculated for each call. The ranges come
    -- first, in a table: engines are right to begin with them.
    DECLARE @Pieces NVARCHAR(MAX);
    SET @Pieces = N''SELECT StartsAt, EndsAt, LocalDate, OffsetMinutes, CAST(UtcDate AS DATETIME2(3)) AS UtcMidnight FROM dbo.DatePieces'';
    IF ISNULL(@ThenBy, '''') = ''hour'' OR @GroupBy = ''hour''
      -- Quarters of an hour where a zone is not whole hours from UTC.
      SET @Pieces = N''SELECT CASE WHEN h.StartsAt > x.StartsAt THEN h.StartsAt ELSE x.StartsAt END AS StartsAt,
      CASE WHEN h.EndsAt < x.EndsAt THEN h.EndsAt ELSE x.EndsAt END AS EndsAt, x.LocalDate, x.OffsetMinutes, h.UtcMidnight
    FROM dbo.DatePieces x
    CROSS APPLY (SELECT DATEADD(MINUTE, n.N * <Step>, CAST(x.UtcDate AS DATETIME2(3))) AS StartsAt,
        DATEADD(MINUTE, (n.N + 1) * <Step>, CAST(x.UtcDate AS DATETIME2(3))) AS EndsAt, CAST(x.UtcDate AS DATETIME2(3)) AS UtcMidnight
      FROM (SELECT a.N + 10 * b.N AS N FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) a (N),
        (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) b (N)) n WHERE n.N * <Step> < 1440) h
    WHERE x.StartsAt < @Until AND x.EndsAt > @From AND h.StartsAt < x.EndsAt AND h.EndsAt > x.StartsAt'';
    SET @Pieces = REPLACE(@Pieces, N''<Step>'',
      CASE WHEN EXISTS (SELECT 1 FROM dbo.DatePieces WHERE OffsetMinutes % 60 <> 0) THEN N''15'' ELSE N''60'' END);
    SET @Ranges = N''DECLARE @Ranges TABLE (Lower DATETIME2(3) NOT NULL PRIMARY KEY, Upper DATETIME2(3) NOT NULL, Clock1 NVARCHAR(20), Clock2 NVARCHAR(20));
INSERT INTO @Ranges (Lower, Upper, Clock1, Clock2)
SELECT CASE WHEN p.StartsAt < @From THEN @From ELSE p.StartsAt END, CASE WHEN p.EndsAt > @Until THEN @Until ELSE p.EndsAt END,
  '' + CASE WHEN @Field1 = N'''' THEN @Label1 ELSE N''NULL'' END + N'', '' + CASE WHEN @Field2 = N'''' THEN @Label2 ELSE N''NULL'' END + N''
FROM ('' + @Pieces + N'') p
JOIN dbo.Dates d ON d.LocalDate = p.LocalDate
WHERE p.StartsAt < @Until AND p.EndsAt > @From;
'';
    SET @Sums = N''SELECT Clock1, Clock2, '' + @Fields + N'', SUM(Calls) AS Calls, SUM(Placed) AS Placed, SUM(Answered) AS Answered,
  SUM(Refused) AS Refused, SUM(Unrated) AS Unrated, SUM(BillableMs) AS BillableMs, SUM(CostMicros) AS CostMicros, SUM(ChargeMicros) AS ChargeMicros
FROM @Ranges ranges
CROSS APPLY ('' + REPLACE(REPLACE(@Sums, N''<Lower>'', N''ranges.Lower''), N''<Upper>'', N''ranges.Upper'') + N'') sums
GROUP BY Clock1, Clock2, '' + @Fields;
  END;

  SET @Statement = @Ranges + N''SELECT '' + CASE WHEN @Field1 = N'''' THEN N''s.Clock1'' ELSE @Label1 END + N'' AS GroupName,
  '' + CASE WHEN @Field2 IS NULL THEN N''CAST(NULL AS NVARCHAR(400))'' WHEN @Field2 = N'''' THEN N''s.Clock2'' ELSE @Label2 END + N'' AS ThenName,
  s.Currency, s.Calls, s.Placed, s.Answered, s.Refused,
  CASE WHEN s.Placed > 0 THEN CAST(1.0 * s.Answered / s.Placed AS DECIMAL(9, 6)) END AS AnswerRate,
  CAST(s.BillableMs / 60000.0 AS DECIMAL(19, 4)) AS Minutes,
  CAST(s.CostMicros / 1000000.0 AS DECIMAL(19, 6)) AS Cost, CAST(s.ChargeMicros / 1000000.0 AS DECIMAL(19, 6)) AS Charge, s.Unrated,
  s.BillableMs, CASE WHEN s.Answered > 0 THEN s.BillableMs / s.Answered END AS AverageMs, s.CostMicros, s.ChargeMicros
FROM ('' + @Sums + N'') s
ORDER BY GroupName, ThenName, Currency'';
  EXEC sp_executesql @Statement, N''@From DATETIME2(3), @Until DATETIME2(3)'', @From, @Until;
END;');
GO

-- Accounts are picked by name or id: a code in a statement would tell whose it is.
IF OBJECT_ID('dbo.usp_ReportCalls', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportCalls
  @FromDate DATE = NULL, @UntilDate DATE = NULL, @Account NVARCHAR(200) = NULL, @Outcome VARCHAR(20) = NULL, @UnratedOnly BIT = 0,
  @Gateway VARCHAR(60) = NULL, @AccountId INT = NULL, @From DATETIME2(3) = NULL, @Until DATETIME2(3) = NULL
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @Wrong INT;
  EXEC @Wrong = dbo.usp_ReportPeriod @FromDate, @UntilDate, @From OUTPUT, @Until OUTPUT;
  IF @Wrong <> 0 RETURN;
  IF @UnratedOnly IS NULL
  BEGIN
    RAISERROR(''@UnratedOnly is 0 or 1.'', 16, 1);
    RETURN;
  END;
  IF @Outcome NOT IN (''answered'', ''busy'', ''no-answer'', ''cancelled'', ''failed'', ''refused'', ''abandoned'', ''interrupted'')
  BEGIN
    RAISERROR(''@Outcome is answered, busy, no-answer, cancelled, failed, refused, abandoned or interrupted.'', 16, 1);
    RETURN;
  END;
  -- An account that was removed is known by its calls.
  IF @Account IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.Accounts WHERE Name = @Account)
    AND NOT EXISTS (SELECT 1 FROM dbo.CallRecords WHERE AccountName = @Account)
  BEGIN
    RAISERROR(''@Account: there is no account of this name.'', 16, 1);
    RETURN;
  END;
  IF @AccountId IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.Accounts WHERE Id = @AccountId)
    AND NOT EXISTS (SELECT 1 FROM dbo.CallRecords WHERE AccountId = @AccountId)
  BEGIN
    RAISERROR(''@AccountId: there is no account of this id.'', 16, 1);
    RETURN;
  END;
  IF @Gateway IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.CallRecords WHERE Gateway = @Gateway)
  BEGIN
    RAISERROR(''@Gateway: no call went out by a gateway of this name.'', 16, 1);
    RETURN;
  END;
  DECLARE @FirstLocal DATE, @LastLocal DATE;
  SELECT @FirstLocal = MAX(LocalDate) FROM dbo.Dates WHERE StartsAt <= @From;
  SELECT @LastLocal = MAX(LocalDate) FROM dbo.Dates WHERE StartsAt < @Until;
  SELECT StartedAt, LocalDate, StartedLocal, CallId, Account, Department, Extension, CallerName, Number, Destination, CallType, EntryMode,
    Outcome, Reason, RuleText, Minutes, Estimated, PriceKind, Currency, Cost, Charge, Gateway, BillableMs, CostMicros, ChargeMicros,
    PriceArithmetic
  FROM dbo.ReportCallsLocal
  WHERE LocalDate >= @FirstLocal AND LocalDate <= @LastLocal AND StartedAt >= @From AND StartedAt < @Until AND (@Outcome IS NULL OR Outcome = @Outcome) AND (@UnratedOnly = 0 OR Unrated = 1)
    AND (@Account IS NULL OR Account = @Account) AND (@AccountId IS NULL OR AccountId = @AccountId)
    AND (@Gateway IS NULL OR Gateway = @Gateway)
  ORDER BY StartedAt, CallId;
END;');
GO

IF OBJECT_ID('dbo.usp_ReportTopDestinations', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportTopDestinations
  @FromDate DATE = NULL, @UntilDate DATE = NULL, @Top INT = 20, @From DATETIME2(3) = NULL, @Until DATETIME2(3) = NULL
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @Wrong INT;
  EXEC @Wrong = dbo.usp_ReportPeriod @FromDate, @UntilDate, @From OUTPUT, @Until OUTPUT;
  IF @Wrong <> 0 RETURN;
  IF @Top IS NULL OR @Top < 1
  BEGIN
    RAISERROR(''@Top is a number from 1 on.'', 16, 1);
    RETURN;
  END;
  SELECT TOP (@Top) Destination, COUNT(*) AS Calls, SUM(CASE WHEN AnsweredAt IS NULL THEN 0 ELSE 1 END) AS Answered,
    CAST(SUM(BillableMs) / 60000.0 AS DECIMAL(19, 4)) AS Minutes, SUM(BillableMs) AS BillableMs
  FROM dbo.CallRecords WHERE StartedAt >= @From AND StartedAt < @Until AND EndedAt IS NOT NULL
  GROUP BY Destination
  ORDER BY SUM(BillableMs) DESC, Destination;
END;');
GO

IF OBJECT_ID('dbo.usp_ReportTopCalls', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportTopCalls
  @FromDate DATE = NULL, @UntilDate DATE = NULL, @By VARCHAR(10) = ''charge'', @Top INT = 20,
  @From DATETIME2(3) = NULL, @Until DATETIME2(3) = NULL
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @Wrong INT;
  EXEC @Wrong = dbo.usp_ReportPeriod @FromDate, @UntilDate, @From OUTPUT, @Until OUTPUT;
  IF @Wrong <> 0 RETURN;
  IF @By IS NULL OR @By NOT IN (''charge'', ''duration'')
  BEGIN
    RAISERROR(''@By is charge or duration.'', 16, 1);
    RETURN;
  END;
  IF @Top IS NULL OR @Top < 1
  BEGIN
    RAISERROR(''@Top is a number from 1 on.'', 16, 1);
    RETURN;
  END;
  -- Which calls first, then what they are: a row of the view is made for the few that are shown.
  DECLARE @Calls TABLE (CallId VARCHAR(80) NOT NULL PRIMARY KEY);
  IF @By = ''charge''
    INSERT INTO @Calls (CallId) SELECT TOP (@Top) CallId FROM dbo.CallRecords
    WHERE StartedAt >= @From AND StartedAt < @Until AND EndedAt IS NOT NULL ORDER BY ISNULL(ChargeMicros, -1) DESC, StartedAt, CallId;
  ELSE
    INSERT INTO @Calls (CallId) SELECT TOP (@Top) CallId FROM dbo.CallRecords
    WHERE StartedAt >= @From AND StartedAt < @Until AND EndedAt IS NOT NULL ORDER BY BillableMs DESC, StartedAt, CallId;
  SELECT v.StartedAt, CAST(v.StartedLocal AS DATE) AS LocalDate, v.StartedLocal, v.CallId, v.Account, v.Extension, v.Number, v.Destination,
    CAST(v.BillableMs / 60000.0 AS DECIMAL(19, 4)) AS Minutes, v.Currency, CAST(v.CostMicros / 1000000.0 AS DECIMAL(19, 6)) AS Cost,
    CAST(v.ChargeMicros / 1000000.0 AS DECIMAL(19, 6)) AS Charge, v.BillableMs, v.CostMicros, v.ChargeMicros
  FROM (SELECT c.*, DATEADD(MINUTE, ISNULL((SELECT TOP (1) p.OffsetMinutes FROM dbo.DatePieces p WHERE p.StartsAt <= c.StartedAt
      ORDER BY p.StartsAt DESC), 0), c.StartedAt) AS StartedLocal
    FROM @Calls t JOIN dbo.ReportCalls c ON c.CallId = t.CallId) v
  ORDER BY CASE @By WHEN ''charge'' THEN ISNULL(v.ChargeMicros, -1) ELSE v.BillableMs END DESC, v.StartedAt, v.CallId;
END;');
GO

IF OBJECT_ID('dbo.usp_ReportUnusedAccounts', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportUnusedAccounts @Days INT = 90
AS
BEGIN
  SET NOCOUNT ON;
  IF @Days IS NULL OR @Days < 1 OR @Days > 36500
  BEGIN
    RAISERROR(''@Days is a number from 1 to 36500.'', 16, 1);
    RETURN;
  END;
  DECLARE @Since DATETIME2(3);
  SET @Since = DATEADD(DAY, -@Days, SYSUTCDATETIME());
  SELECT a.Id, a.Name, d.Name AS Department, a.Enabled,
    (SELECT TOP (1) p.LocalDate FROM dbo.DatePieces p WHERE p.StartsAt <= l.LastCallAt ORDER BY p.StartsAt DESC) AS LastCallDate, l.LastCallAt
  FROM dbo.Accounts a LEFT JOIN dbo.Departments d ON d.Id = a.DepartmentId
  LEFT JOIN (SELECT AccountId, MAX(StartedAt) AS LastCallAt FROM dbo.CallRecords GROUP BY AccountId) l ON l.AccountId = a.Id
  WHERE l.LastCallAt IS NULL OR l.LastCallAt < @Since
  ORDER BY a.Name, a.Id;
END;');
GO

-- An engine without ownership chains (Babelfish), and a statement made in a procedure, read with the rights of the caller, who has them.
GRANT SELECT ON dbo.Dates TO billing_report;
GRANT SELECT ON dbo.DatePieces TO billing_report;
GRANT SELECT ON dbo.ReportCalls TO billing_report;
GRANT SELECT ON dbo.ReportCallsLocal TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportPeriod TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportUsage TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportCalls TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportTopDestinations TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportTopCalls TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportUnusedAccounts TO billing_report;
GRANT SELECT ON dbo.ReportCalls TO billing_controller;
GRANT SELECT ON dbo.Dates TO billing_admin;
GRANT SELECT ON dbo.DatePieces TO billing_admin;
GRANT SELECT ON dbo.ReportCalls TO billing_admin;
GRANT SELECT ON dbo.ReportCallsLocal TO billing_admin;
GRANT EXECUTE ON dbo.usp_ReportPeriod TO billing_admin;
GRANT EXECUTE ON dbo.usp_ReportUsage TO billing_admin;
GRANT EXECUTE ON dbo.usp_ReportCalls TO billing_admin;
GRANT EXECUTE ON dbo.usp_ReportTopDestinations TO billing_admin;
GRANT EXECUTE ON dbo.usp_ReportTopCalls TO billing_admin;
GRANT EXECUTE ON dbo.usp_ReportUnusedAccounts TO billing_admin;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 10) OR OBJECT_ID('dbo.TR_SiteClock_Dates', 'TR') IS NULL
  OR OBJECT_ID('dbo.ReportCallsLocal', 'V') IS NULL OR OBJECT_ID('dbo.usp_ReportUsage', 'P') IS NULL OR OBJECT_ID('dbo.usp_ReportCalls', 'P') IS NULL
  OR OBJECT_ID('dbo.usp_ReportTopDestinations', 'P') IS NULL OR OBJECT_ID('dbo.usp_ReportTopCalls', 'P') IS NULL
  OR OBJECT_ID('dbo.usp_ReportUnusedAccounts', 'P') IS NULL OR NOT EXISTS (SELECT 1 FROM dbo.DatePieces)
RAISERROR('0011-local-reports.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 11)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (11, N'0011-local-reports.sql');
GO
