-- Procedures refuse what was answered with nothing, or was done although it was not said: dbo.usp_EraseCalls with a NULL @CountOnly, or of an account
-- that there is not; dbo.usp_ReportCalls of two accounts; dbo.usp_ReportUsage twice by the same. Each batch may be run again.

IF OBJECT_ID('dbo.usp_EraseCalls', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 39)
DROP PROCEDURE dbo.usp_EraseCalls;
GO

-- Takes out of calls that are over who spoke with whom: names, numbers, codes, and the words of moves and requests about these calls; in
-- dbo.CallRecords, dbo.CallArchive of this database, dbo.CallCorrections, dbo.CallMoves, dbo.Requests and dbo.PhoneLocks. Times, amounts, account,
-- department, extension, destination and country stay, and with them every sum; a number from outside that stands as the extension does not.
-- @Number is as in reports (E.164 with +), or as it was keyed: calls to it and from it. Who calls are to be erased of is looked for once;
-- then each batch is a transaction of its own. Stopped at any moment, it goes on when it is run again. @CountOnly = 1: how many it would be.
IF OBJECT_ID('dbo.usp_EraseCalls', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_EraseCalls
  @BeforeDate DATE = NULL, @AccountId INT = NULL, @Extension NVARCHAR(200) = NULL, @Number VARCHAR(40) = NULL, @Batch INT = 2000,
  @CountOnly BIT = 0
AS
BEGIN
  SET NOCOUNT ON;
  SET XACT_ABORT ON;
  IF @Number NOT LIKE ''%[0-9]%'' OR @Extension = N''''
  BEGIN
    RAISERROR(''@Number and @Extension cannot be empty, nor @Number without a digit: that would be every call without one.'', 16, 1);
    RETURN;
  END;
  IF @BeforeDate IS NULL AND @AccountId IS NULL AND @Extension IS NULL AND @Number IS NULL
  BEGIN
    RAISERROR(''@BeforeDate, @AccountId, @Extension or @Number is missing: nothing says which calls.'', 16, 1);
    RETURN;
  END;
  IF @Batch IS NULL OR @Batch < 1
  BEGIN
    RAISERROR(''@Batch is a number of calls from 1 on.'', 16, 1);
    RETURN;
  END;
  -- Whoever leaves open whether calls are only to be counted does not want them erased.
  IF @CountOnly IS NULL
  BEGIN
    RAISERROR(''@CountOnly is 0 or 1.'', 16, 1);
    RETURN;
  END;
  IF @AccountId IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.Accounts WHERE Id = @AccountId)
    AND NOT EXISTS (SELECT 1 FROM dbo.CallRecords WHERE AccountId = @AccountId OR AuthorizedById = @AccountId)
    AND NOT EXISTS (SELECT 1 FROM dbo.CallArchive WHERE AccountId = @AccountId OR AuthorizedById = @AccountId)
  BEGIN
    RAISERROR(''@AccountId: there is no account of this id, and no call of one.'', 16, 1);
    RETURN;
  END;
  DECLARE @Before DATETIME2(3), @Plain VARCHAR(40), @Spelled NVARCHAR(40), @SpelledPlain NVARCHAR(40), @Ending NVARCHAR(50),
    @AlsoAccount BIT, @Taken INT, @Erased INT, @Erasure INT;
  SELECT @Before = StartsAt FROM dbo.Dates WHERE LocalDate = @BeforeDate;
  SELECT @Before = ISNULL(@Before, ISNULL(@BeforeDate, ''9000-01-01'')), @AlsoAccount = CASE WHEN @AccountId IS NULL THEN 0 ELSE 1 END;
  -- Without its +, as most numbers are keyed; with whatever was keyed before it (an outside line, an international prefix, a code), where
  -- it was never made an E.164 number of. Of a number that is long enough to be nobody else''s.
  SELECT @Plain = CASE WHEN @Number LIKE ''+%'' THEN SUBSTRING(@Number, 2, 40) ELSE @Number END;
  SELECT @Spelled = @Number, @SpelledPlain = @Plain,
    @Ending = CASE WHEN @Number LIKE ''+[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]%'' AND @Plain NOT LIKE ''%[^0-9]%'' THEN N''%'' + @Plain END;
  -- Own = 0: the call only went out with the number, which is the site''s and may be that of all its calls. It alone is taken out then.
  CREATE TABLE #Whose (CallId VARCHAR(80) COLLATE DATABASE_DEFAULT NOT NULL, Own INT NOT NULL DEFAULT 1);
  CREATE TABLE #Named (CallId VARCHAR(80) COLLATE DATABASE_DEFAULT NOT NULL, Own INT NOT NULL);
  CREATE TABLE #Batch (CallId VARCHAR(80) COLLATE DATABASE_DEFAULT NOT NULL PRIMARY KEY);
  IF @Number IS NULL
  BEGIN
    INSERT INTO #Whose (CallId) SELECT CallId FROM dbo.CallRecords
    WHERE EndedAt IS NOT NULL AND StartedAt < @Before AND (@AccountId IS NULL OR AccountId = @AccountId)
      AND (@Extension IS NULL OR Extension = @Extension)
      AND (CallerName <> N'''' OR KeyedNumber <> N'''' OR CalledNumber IS NOT NULL OR CalledE164 IS NOT NULL OR RuleText IS NOT NULL
        OR CallingNumber IS NOT NULL OR AuthorizedBy IS NOT NULL OR (@AlsoAccount = 1 AND AccountName <> N''(erased)''));
    INSERT INTO #Whose (CallId) SELECT CallId FROM dbo.CallArchive
    WHERE StartedAt < @Before AND (@AccountId IS NULL OR AccountId = @AccountId) AND (@Extension IS NULL OR Extension = @Extension)
      AND (CallerName <> N'''' OR KeyedNumber <> N'''' OR CalledNumber IS NOT NULL OR CalledE164 IS NOT NULL OR RuleText IS NOT NULL
        OR CallingNumber IS NOT NULL OR AuthorizedBy IS NOT NULL OR (@AlsoAccount = 1 AND AccountName <> N''(erased)''));
    -- Whose code said who called, while another account pays.
    INSERT INTO #Whose (CallId) SELECT CallId FROM dbo.CallRecords
    WHERE AuthorizedById = @AccountId AND EndedAt IS NOT NULL AND StartedAt < @Before AND (@Extension IS NULL OR Extension = @Extension);
    INSERT INTO #Whose (CallId) SELECT CallId FROM dbo.CallArchive
    WHERE AuthorizedById = @AccountId AND StartedAt < @Before AND (@Extension IS NULL OR Extension = @Extension);
  END
  ELSE
  BEGIN
    -- Each by its index.
    INSERT INTO #Named (CallId, Own) SELECT CallId, 1 AS Own FROM dbo.CallRecords WHERE CalledE164 = @Number
    UNION ALL SELECT CallId, 1 AS Own FROM dbo.CallRecords WHERE CalledNumber IN (@Number, @Plain)
    UNION ALL SELECT CallId, 1 AS Own FROM dbo.CallRecords WHERE KeyedNumber IN (@Spelled, @SpelledPlain)
    UNION ALL SELECT CallId, 1 AS Own FROM dbo.CallRecords WHERE CallerName IN (@Spelled, @SpelledPlain)
    UNION ALL SELECT CallId, 1 AS Own FROM dbo.CallRecords WHERE Extension IN (@Spelled, @SpelledPlain)
    UNION ALL SELECT CallId, 1 AS Own FROM dbo.CallRecords WHERE CalledE164 IS NULL AND KeyedNumber LIKE @Ending
    UNION ALL SELECT CallId, 0 AS Own FROM dbo.CallRecords WHERE CallingNumber IN (@Number, @Plain);
    INSERT INTO #Whose (CallId, Own) SELECT c.CallId, MAX(n.Own) FROM #Named n JOIN dbo.CallRecords c ON c.CallId = n.CallId
    WHERE c.EndedAt IS NOT NULL AND c.StartedAt < @Before AND (@AccountId IS NULL OR c.AccountId = @AccountId) AND (@Extension IS NULL OR c.Extension = @Extension)
    GROUP BY c.CallId;
    DELETE FROM #Named;
    INSERT INTO #Named (CallId, Own) SELECT CallId, 1 AS Own FROM dbo.CallArchive WHERE CalledE164 = @Number
    UNION ALL SELECT CallId, 1 AS Own FROM dbo.CallArchive WHERE CalledNumber IN (@Number, @Plain)
    UNION ALL SELECT CallId, 1 AS Own FROM dbo.CallArchive WHERE KeyedNumber IN (@Spelled, @SpelledPlain)
    UNION ALL SELECT CallId, 1 AS Own FROM dbo.CallArchive WHERE CallerName IN (@Spelled, @SpelledPlain)
    UNION ALL SELECT CallId, 1 AS Own FROM dbo.CallArchive WHERE Extension IN (@Spelled, @SpelledPlain)
    UNION ALL SELECT CallId, 1 AS Own FROM dbo.CallArchive WHERE CalledE164 IS NULL AND KeyedNumber LIKE @Ending
    UNION ALL SELECT CallId, 0 AS Own FROM dbo.CallArchive WHERE CallingNumber IN (@Number, @Plain);
    INSERT INTO #Whose (CallId, Own) SELECT c.CallId, MAX(n.Own) FROM #Named n JOIN dbo.CallArchive c ON c.CallId = n.CallId
    WHERE c.StartedAt < @Before AND (@AccountId IS NULL OR c.AccountId = @AccountId) AND (@Extension IS NULL OR c.Extension = @Extension)
    GROUP BY c.CallId;
  END;
  -- Calls whose record says nothing any more (it was corrected, or erased), while what it once said does.
  INSERT INTO #Whose (CallId) SELECT DISTINCT k.CallId FROM dbo.CallCorrections k
  LEFT JOIN dbo.CallRecords c ON c.CallId = k.CallId LEFT JOIN dbo.CallArchive a ON a.CallId = k.CallId
  WHERE (c.CallId IS NULL OR c.EndedAt IS NOT NULL) AND ISNULL(ISNULL(c.StartedAt, a.StartedAt), k.CorrectedAt) < @Before
    AND (@AccountId IS NULL OR ISNULL(c.AccountId, a.AccountId) = @AccountId) AND (@Extension IS NULL OR ISNULL(c.Extension, a.Extension) = @Extension)
    AND ((@Number IS NULL AND (dbo.NamesSomebody(k.RecordBefore, @AlsoAccount) = 1 OR dbo.NamesSomebody(k.RecordAfter, @AlsoAccount) = 1))
      OR CHARINDEX(N''"'' + @Spelled + N''"'', k.RecordBefore) > 0 OR CHARINDEX(N''"'' + @SpelledPlain + N''"'', k.RecordBefore) > 0
      OR CHARINDEX(N''"'' + @Spelled + N''"'', k.RecordAfter) > 0 OR CHARINDEX(N''"'' + @SpelledPlain + N''"'', k.RecordAfter) > 0);
  CREATE INDEX IX_Whose ON #Whose (Own, CallId);
  IF @CountOnly = 1
  BEGIN
    SELECT @Erased = COUNT(DISTINCT CallId) FROM #Whose;
    SELECT @Erased AS ErasableCalls;
    RETURN;
  END;
  -- First: whoever is interrupted has said what was being done.
  INSERT INTO dbo.Erasures (BeforeDate, AccountId, Extension, ByNumber, Calls)
  VALUES (@BeforeDate, @AccountId, @Extension, CASE WHEN @Number IS NULL THEN 0 ELSE 1 END, 0);
  SELECT @Erasure = SCOPE_IDENTITY(), @Erased = 0;
  WHILE 1 = 1
  BEGIN
    DELETE FROM #Batch;
    INSERT INTO #Batch (CallId) SELECT DISTINCT TOP (@Batch) CallId FROM #Whose WHERE Own = 1 ORDER BY CallId;
    SET @Taken = @@ROWCOUNT;
    IF @Taken = 0 BREAK;
    BEGIN TRANSACTION;
    UPDATE dbo.CallRecords SET CallerName = N'''', Code = '''', KeyedNumber = N'''', CalledNumber = NULL, CalledE164 = NULL, RuleText = NULL, CallingNumber = NULL,
      AuthorizedById = NULL, AuthorizedBy = NULL, AccountName = CASE WHEN AccountId = @AccountId THEN N''(erased)'' ELSE AccountName END,
      Extension = CASE WHEN @Ending IS NOT NULL AND Extension IN (@Spelled, @SpelledPlain) THEN N''(erased)'' ELSE Extension END
    WHERE CallId IN (SELECT CallId FROM #Batch);
    UPDATE dbo.CallArchive SET CallerName = N'''', KeyedNumber = N'''', CalledNumber = NULL, CalledE164 = NULL, RuleText = NULL, CallingNumber = NULL,
      AuthorizedById = NULL, AuthorizedBy = NULL, AccountName = CASE WHEN AccountId = @AccountId THEN N''(erased)'' ELSE AccountName END,
      Extension = CASE WHEN @Ending IS NOT NULL AND Extension IN (@Spelled, @SpelledPlain) THEN N''(erased)'' ELSE Extension END
    WHERE CallId IN (SELECT CallId FROM #Batch);
    UPDATE dbo.CallCorrections SET RecordBefore = dbo.ErasedRecord(RecordBefore, @AlsoAccount), RecordAfter = dbo.ErasedRecord(RecordAfter, @AlsoAccount)
    WHERE CallId IN (SELECT CallId FROM #Batch);
    IF @Ending IS NOT NULL
      UPDATE dbo.CallCorrections SET
        RecordBefore = CASE WHEN dbo.JsonField(RecordBefore, ''extension'') IN (N''"'' + @Spelled + N''"'', N''"'' + @SpelledPlain + N''"'')
          THEN dbo.WithJsonField(RecordBefore, ''extension'', N''"(erased)"'') ELSE RecordBefore END,
        RecordAfter = CASE WHEN dbo.JsonField(RecordAfter, ''extension'') IN (N''"'' + @Spelled + N''"'', N''"'' + @SpelledPlain + N''"'')
          THEN dbo.WithJsonField(RecordAfter, ''extension'', N''"(erased)"'') ELSE RecordAfter END
      WHERE CallId IN (SELECT CallId FROM #Batch);
    UPDATE dbo.CallMoves SET Why = N''(erased)'',
      FromAccountName = CASE WHEN FromAccountId = @AccountId THEN N''(erased)'' ELSE FromAccountName END,
      ToAccountName = CASE WHEN ToAccountId = @AccountId THEN N''(erased)'' ELSE ToAccountName END
    WHERE CallId IN (SELECT CallId FROM #Batch);
    UPDATE dbo.Requests SET Why = N''(erased)'', Result = CASE WHEN Result IS NULL THEN NULL ELSE N''(erased)'' END
    WHERE CallId IN (SELECT CallId FROM #Batch);
    DELETE FROM #Whose WHERE CallId IN (SELECT CallId FROM #Batch);
    SET @Erased = @Erased + @Taken;
    UPDATE dbo.Erasures SET Calls = @Erased WHERE Id = @Erasure;
    COMMIT TRANSACTION;
  END;
  WHILE 1 = 1
  BEGIN
    DELETE FROM #Batch;
    INSERT INTO #Batch (CallId) SELECT DISTINCT TOP (@Batch) CallId FROM #Whose ORDER BY CallId;
    SET @Taken = @@ROWCOUNT;
    IF @Taken = 0 BREAK;
    UPDATE dbo.CallRecords SET CallingNumber = NULL WHERE CallId IN (SELECT CallId FROM #Batch);
    UPDATE dbo.CallArchive SET CallingNumber = NULL WHERE CallId IN (SELECT CallId FROM #Batch);
    DELETE FROM #Whose WHERE CallId IN (SELECT CallId FROM #Batch);
    SET @Erased = @Erased + @Taken;
  END;
  -- Moves of calls that others pay for by now.
  IF @AccountId IS NOT NULL AND @Extension IS NULL AND @Number IS NULL
  BEGIN
    UPDATE dbo.CallMoves SET FromAccountName = CASE WHEN FromAccountId = @AccountId THEN N''(erased)'' ELSE FromAccountName END,
      ToAccountName = CASE WHEN ToAccountId = @AccountId THEN N''(erased)'' ELSE ToAccountName END
    WHERE (FromAccountId = @AccountId OR ToAccountId = @AccountId) AND MovedAt < @Before;
    UPDATE dbo.Requests SET Result = N''(erased)'' WHERE DoneAt < @Before AND Result IS NOT NULL
      AND MoveId IN (SELECT Id FROM dbo.CallMoves WHERE FromAccountId = @AccountId OR ToAccountId = @AccountId);
  END;
  -- Words that somebody wrote about other calls may name the number as well.
  IF @Ending IS NOT NULL
  BEGIN
    UPDATE dbo.CallMoves SET Why = N''(erased)'' WHERE CHARINDEX(@SpelledPlain, Why) > 0;
    UPDATE dbo.Requests SET Why = N''(erased)'' WHERE CHARINDEX(@SpelledPlain, Why) > 0;
    UPDATE dbo.Requests SET Result = N''(erased)'' WHERE CHARINDEX(@SpelledPlain, Result) > 0;
    DELETE FROM dbo.PhoneLocks WHERE Phone IN (@Spelled, @SpelledPlain) AND LockedUntil < SYSUTCDATETIME();
  END;
  UPDATE dbo.Erasures SET Calls = @Erased WHERE Id = @Erasure;
  SELECT @Erased AS ErasedCalls;
END;');
GO

IF OBJECT_ID('dbo.usp_ReportUsage', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 39)
DROP PROCEDURE dbo.usp_ReportUsage;
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
  IF @ThenBy = @GroupBy
  BEGIN
    RAISERROR(''@ThenBy is what calls are already grouped by.'', 16, 1);
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

IF OBJECT_ID('dbo.usp_ReportCalls', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 39)
DROP PROCEDURE dbo.usp_ReportCalls;
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
  IF @Account IS NOT NULL AND @AccountId IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM dbo.Accounts WHERE Id = @AccountId AND Name = @Account)
    AND NOT EXISTS (SELECT 1 FROM dbo.CallRecords WHERE AccountId = @AccountId AND AccountName = @Account)
  BEGIN
    RAISERROR(''@Account and @AccountId are two accounts: give one of them.'', 16, 1);
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

GRANT EXECUTE ON dbo.usp_EraseCalls TO billing_retention;
GRANT SELECT (Id) ON dbo.Accounts TO billing_retention;
GRANT EXECUTE ON dbo.usp_ReportUsage TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportUsage TO billing_admin;
GRANT EXECUTE ON dbo.usp_ReportCalls TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportCalls TO billing_admin;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 38) OR OBJECT_ID('dbo.usp_EraseCalls', 'P') IS NULL
  OR OBJECT_ID('dbo.usp_ReportUsage', 'P') IS NULL OR OBJECT_ID('dbo.usp_ReportCalls', 'P') IS NULL
RAISERROR('0039-refused-arguments.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 39)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (39, N'0039-refused-arguments.sql');
GO
