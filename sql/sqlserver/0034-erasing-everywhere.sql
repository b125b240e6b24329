-- A person is erased wherever calls name them: in dbo.CallCorrections, dbo.CallMoves, dbo.Requests and dbo.CallArchive, too, and by a number
-- through an index. The archive has all columns of dbo.CallRecords but Code again, and its numbers are shortened. Each batch may be run again.

IF COL_LENGTH('dbo.CallArchive', 'BilledMs') IS NULL
ALTER TABLE dbo.CallArchive ADD BilledMs BIGINT NULL;
GO
IF COL_LENGTH('dbo.CallArchive', 'PriceBasis') IS NULL
ALTER TABLE dbo.CallArchive ADD PriceBasis VARCHAR(1000) NULL;
GO
IF COL_LENGTH('dbo.CallArchive', 'IncludedMs') IS NULL
ALTER TABLE dbo.CallArchive ADD IncludedMs BIGINT NULL;
GO
IF COL_LENGTH('dbo.CallArchive', 'Uncoded') IS NULL
ALTER TABLE dbo.CallArchive ADD Uncoded BIT NOT NULL CONSTRAINT DF_CallArchive_Uncoded DEFAULT 0;
GO
IF COL_LENGTH('dbo.CallArchive', 'CallingNumber') IS NULL
ALTER TABLE dbo.CallArchive ADD CallingNumber VARCHAR(20) NULL;
GO
IF COL_LENGTH('dbo.CallArchive', 'AuthorizedById') IS NULL
ALTER TABLE dbo.CallArchive ADD AuthorizedById INT NULL;
GO
IF COL_LENGTH('dbo.CallArchive', 'AuthorizedBy') IS NULL
ALTER TABLE dbo.CallArchive ADD AuthorizedBy NVARCHAR(200) NULL;
GO

-- Whoever is erased by a number is found by indexes, wherever the number stands. Of one column each: together they are as large as one that has
-- all of these columns, in which most of them could not be looked up.
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_callede164%')
CREATE INDEX IX_CallRecords_CalledE164 ON dbo.CallRecords (CalledE164) INCLUDE (KeyedNumber);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_callednumber%')
CREATE INDEX IX_CallRecords_CalledNumber ON dbo.CallRecords (CalledNumber);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_keyednumber%')
CREATE INDEX IX_CallRecords_KeyedNumber ON dbo.CallRecords (KeyedNumber);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_callername%')
CREATE INDEX IX_CallRecords_CallerName ON dbo.CallRecords (CallerName);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_callingnumber%')
CREATE INDEX IX_CallRecords_CallingNumber ON dbo.CallRecords (CallingNumber);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallArchive') AND LOWER(name) LIKE 'ix_callarchive_callede164%')
CREATE INDEX IX_CallArchive_CalledE164 ON dbo.CallArchive (CalledE164) INCLUDE (KeyedNumber);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallArchive') AND LOWER(name) LIKE 'ix_callarchive_callednumber%')
CREATE INDEX IX_CallArchive_CalledNumber ON dbo.CallArchive (CalledNumber);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallArchive') AND LOWER(name) LIKE 'ix_callarchive_keyednumber%')
CREATE INDEX IX_CallArchive_KeyedNumber ON dbo.CallArchive (KeyedNumber);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallArchive') AND LOWER(name) LIKE 'ix_callarchive_callername%')
CREATE INDEX IX_CallArchive_CallerName ON dbo.CallArchive (CallerName);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallArchive') AND LOWER(name) LIKE 'ix_callarchive_callingnumber%')
CREATE INDEX IX_CallArchive_CallingNumber ON dbo.CallArchive (CallingNumber);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallArchive') AND LOWER(name) LIKE 'ix_callarchive_extension%')
CREATE INDEX IX_CallArchive_Extension ON dbo.CallArchive (Extension);
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallArchive') AND LOWER(name) LIKE 'ix_callarchive_account%')
CREATE INDEX IX_CallArchive_Account ON dbo.CallArchive (AccountId);
GO

-- The columns of dbo.CallRecords that the archive has.
IF OBJECT_ID('dbo.usp_ArchiveCalls', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 34)
DROP PROCEDURE dbo.usp_ArchiveCalls;
GO

-- Moves calls of before a date (of the site) to dbo.CallArchive here or in another database, batch by batch: stopped at any moment, it has
-- lost nothing, and goes on when it is run again.
IF OBJECT_ID('dbo.usp_ArchiveCalls', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ArchiveCalls @BeforeDate DATE, @Database NVARCHAR(128) = NULL, @Batch INT = 2000 AS
BEGIN
  SET NOCOUNT ON;
  SET XACT_ABORT ON;
  IF @BeforeDate IS NULL OR @BeforeDate > DATEADD(DAY, -31, SYSUTCDATETIME())
  BEGIN
    RAISERROR(''@BeforeDate is a date at least 31 days ago: controllers may still correct newer calls.'', 16, 1);
    RETURN;
  END;
  IF @Database IS NOT NULL AND DB_ID(@Database) IS NULL
  BEGIN
    RAISERROR(''@Database: there is no database of this name on this server.'', 16, 1);
    RETURN;
  END;
  IF @Batch IS NULL OR @Batch < 1
  BEGIN
    RAISERROR(''@Batch is a number of calls from 1 on.'', 16, 1);
    RETURN;
  END;
  DECLARE @Before DATETIME2(3), @Into NVARCHAR(300), @Move NVARCHAR(MAX), @Taken INT, @Archived INT;
  -- The beginning of that date at the site.
  SELECT @Before = StartsAt FROM dbo.Dates WHERE LocalDate = @BeforeDate;
  SET @Before = ISNULL(@Before, @BeforeDate);
  SET @Into = CASE WHEN @Database IS NULL THEN N'''' ELSE QUOTENAME(@Database) + N''.'' END + N''dbo.CallArchive'';
  IF OBJECT_ID(@Into) IS NULL
  BEGIN
    RAISERROR(''@Database has no table dbo.CallArchive: make it there with the statements of 0012-growth.sql and 0034-erasing-everywhere.sql.'', 16, 1);
    RETURN;
  END;
  IF COL_LENGTH(@Into, ''Uncoded'') IS NULL OR COL_LENGTH(@Into, ''AuthorizedBy'') IS NULL
  BEGIN
    RAISERROR(''@Database: its dbo.CallArchive lacks columns: run there the ALTER TABLE dbo.CallArchive statements of 0034-erasing-everywhere.sql.'', 16, 1);
    RETURN;
  END;
  -- A call that came again after it was archived (a late correction) takes the place of what is there.
  SET @Move = N''DELETE FROM '' + @Into + N'' WHERE CallId IN (SELECT CallId FROM #Batch);
INSERT INTO '' + @Into + N'' (<columns>, ArchivedAt) SELECT <columns>, SYSUTCDATETIME() FROM dbo.CallRecords WHERE CallId IN (SELECT CallId FROM #Batch);
DELETE FROM dbo.CallRecords WHERE CallId IN (SELECT CallId FROM #Batch);'';
  SET @Move = REPLACE(@Move, N''<columns>'', N''CallId, CalleeLegId, SwitchName, Controller, EntryMode, Extension, ExtensionId, CallerName, AccountId,
AccountName, DepartmentId, KeyedNumber, CalledNumber, CalledE164, Gateway, CallType, Outcome, Reason, RuleText, HangupCause, StartedAt, DecidedAt,
BridgedAt, AnsweredAt, EndedAt, BillableMs, ClosedBy, Estimated, Currency, CostMicros, ChargeMicros, PriceArithmetic, Destination, Country, PriceKind,
BilledMs, PriceBasis, IncludedMs, Uncoded, CallingNumber, AuthorizedById, AuthorizedBy'');
  CREATE TABLE #Batch (CallId VARCHAR(80) COLLATE DATABASE_DEFAULT NOT NULL PRIMARY KEY);
  SELECT @Taken = 1, @Archived = 0;
  WHILE @Taken > 0
  BEGIN
    BEGIN TRANSACTION;
    -- The lock: nobody changes between the copy and the deletion.
    INSERT INTO #Batch (CallId) SELECT TOP (@Batch) CallId FROM dbo.CallRecords WITH (UPDLOCK)
    WHERE StartedAt < @Before AND EndedAt IS NOT NULL ORDER BY StartedAt;
    SET @Taken = @@ROWCOUNT;
    IF @Taken > 0 EXEC sp_executesql @Move;
    DELETE FROM #Batch;
    COMMIT TRANSACTION;
    SET @Archived = @Archived + @Taken;
  END;
  SELECT @Archived AS ArchivedCalls;
END;');
GO

-- SQL Server 2008 has no functions for JSON. Characters are compared by their code: a collation may take the quotes of other scripts for the same.
--
-- Where the value of a field of a JSON object without objects in it begins; 0: it has no such field. The name of a field is no part of any text
-- in it: there its quotes would have backslashes.
IF OBJECT_ID('dbo.JsonPlace', 'FN') IS NULL
EXEC ('CREATE FUNCTION dbo.JsonPlace (@Json NVARCHAR(4000), @Field VARCHAR(40)) RETURNS INT AS
BEGIN
  DECLARE @At INT, @Length INT;
  SELECT @Length = LEN(@Field), @At = CHARINDEX(N''"'' + @Field + N''":'', @Json);
  WHILE @At > 0 AND (UNICODE(SUBSTRING(@Json, @At, 1)) <> 34 OR UNICODE(SUBSTRING(@Json, @At + @Length + 1, 1)) <> 34)
    SET @At = CHARINDEX(N''"'' + @Field + N''":'', @Json, @At + 1);
  RETURN CASE WHEN @At > 0 THEN @At + @Length + 3 ELSE 0 END;
END;');
GO

-- That value as it is written there, with its quotes; null: there is no such field.
IF OBJECT_ID('dbo.JsonField', 'FN') IS NULL
EXEC ('CREATE FUNCTION dbo.JsonField (@Json NVARCHAR(4000), @Field VARCHAR(40)) RETURNS NVARCHAR(4000) AS
BEGIN
  DECLARE @From INT, @End INT, @Length INT, @Char INT;
  SELECT @From = dbo.JsonPlace(@Json, @Field), @Length = LEN(@Json + N''.'') - 1;
  IF @From = 0 OR @Json IS NULL RETURN NULL;
  SET @End = @From;
  IF UNICODE(SUBSTRING(@Json, @From, 1)) <> 34
  BEGIN
    WHILE @End <= @Length AND UNICODE(SUBSTRING(@Json, @End, 1)) NOT IN (44, 125) SET @End = @End + 1;
    RETURN SUBSTRING(@Json, @From, @End - @From);
  END;
  SET @End = @End + 1;
  WHILE @End <= @Length
  BEGIN
    SET @Char = UNICODE(SUBSTRING(@Json, @End, 1));
    IF @Char = 34 RETURN SUBSTRING(@Json, @From, @End - @From + 1);
    -- A backslash, and what it stands before.
    SET @End = @End + CASE WHEN @Char = 92 THEN 2 ELSE 1 END;
  END;
  RETURN NULL;
END;');
GO

-- The same object with another value of the field, as JSON writes it; as it was, where it has no such field.
IF OBJECT_ID('dbo.WithJsonField', 'FN') IS NULL
EXEC ('CREATE FUNCTION dbo.WithJsonField (@Json NVARCHAR(4000), @Field VARCHAR(40), @Value NVARCHAR(400)) RETURNS NVARCHAR(4000) AS
BEGIN
  DECLARE @Old NVARCHAR(4000);
  SET @Old = dbo.JsonField(@Json, @Field);
  IF @Old IS NULL OR @Value IS NULL RETURN @Json;
  RETURN STUFF(@Json, dbo.JsonPlace(@Json, @Field), LEN(@Old + N''.'') - 1, @Value);
END;');
GO

-- A record as it was before or after a correction (RecordBefore, RecordAfter), without who spoke with whom.
IF OBJECT_ID('dbo.ErasedRecord', 'FN') IS NULL
EXEC ('CREATE FUNCTION dbo.ErasedRecord (@Json NVARCHAR(4000), @AlsoAccount BIT) RETURNS NVARCHAR(4000) AS
BEGIN
  SET @Json = dbo.WithJsonField(@Json, ''callerName'', N''""'');
  SET @Json = dbo.WithJsonField(@Json, ''code'', N''""'');
  SET @Json = dbo.WithJsonField(@Json, ''keyedNumber'', N''""'');
  SET @Json = dbo.WithJsonField(@Json, ''calledNumber'', N''null'');
  SET @Json = dbo.WithJsonField(@Json, ''calledE164'', N''null'');
  SET @Json = dbo.WithJsonField(@Json, ''callingNumber'', N''null'');
  SET @Json = dbo.WithJsonField(@Json, ''rule'', N''null'');
  SET @Json = dbo.WithJsonField(@Json, ''authorizedById'', N''null'');
  SET @Json = dbo.WithJsonField(@Json, ''authorizedBy'', N''null'');
  IF @AlsoAccount = 1 SET @Json = dbo.WithJsonField(@Json, ''accountName'', N''"(erased)"'');
  RETURN @Json;
END;');
GO

-- Whether such a record still says who spoke with whom.
IF OBJECT_ID('dbo.NamesSomebody', 'FN') IS NULL
EXEC ('CREATE FUNCTION dbo.NamesSomebody (@Json NVARCHAR(4000), @AlsoAccount BIT) RETURNS BIT AS
BEGIN
  IF @Json LIKE N''%"callerName":"[^"]%'' OR @Json LIKE N''%"code":"[^"]%'' OR @Json LIKE N''%"keyedNumber":"[^"]%''
    OR CHARINDEX(N''"calledNumber":"'', @Json) > 0 OR CHARINDEX(N''"calledE164":"'', @Json) > 0 OR CHARINDEX(N''"callingNumber":"'', @Json) > 0
    OR CHARINDEX(N''"rule":"'', @Json) > 0 OR CHARINDEX(N''"authorizedBy":"'', @Json) > 0 RETURN 1;
  IF @AlsoAccount = 1 AND CHARINDEX(N''"accountName":"'', @Json) > 0 AND CHARINDEX(N''"accountName":"(erased)"'', @Json) = 0 RETURN 1;
  RETURN 0;
END;');
GO

-- A number without its last digits, with the quotes of JSON or without: up to 6 characters stay, as do numbers that are shortened.
IF OBJECT_ID('dbo.ShortenedNumber', 'FN') IS NULL
EXEC ('CREATE FUNCTION dbo.ShortenedNumber (@Number NVARCHAR(400), @HiddenDigits INT) RETURNS NVARCHAR(400) AS
BEGIN
  IF @Number LIKE N''"%"''
    RETURN N''"'' + dbo.ShortenedNumber(SUBSTRING(@Number, 2, LEN(@Number) - 2), @HiddenDigits) + N''"'';
  IF @Number IS NULL OR LEN(@Number) <= 6 OR RIGHT(@Number, @HiddenDigits) = REPLICATE(N''*'', @HiddenDigits) RETURN @Number;
  RETURN LEFT(@Number, LEN(@Number) - @HiddenDigits) + REPLICATE(N''*'', @HiddenDigits);
END;');
GO

-- The same of all numbers of a record in a correction; a caller's name that is no number stays.
IF OBJECT_ID('dbo.ShortenedRecord', 'FN') IS NULL
EXEC ('CREATE FUNCTION dbo.ShortenedRecord (@Json NVARCHAR(4000), @HiddenDigits INT) RETURNS NVARCHAR(4000) AS
BEGIN
  DECLARE @Name NVARCHAR(4000);
  SET @Name = dbo.JsonField(@Json, ''callerName'');
  IF LEN(@Name) < 400 AND @Name NOT LIKE N''%[^"0-9+*]%''
    SET @Json = dbo.WithJsonField(@Json, ''callerName'', dbo.ShortenedNumber(@Name, @HiddenDigits));
  SET @Json = dbo.WithJsonField(@Json, ''keyedNumber'', dbo.ShortenedNumber(dbo.JsonField(@Json, ''keyedNumber''), @HiddenDigits));
  SET @Json = dbo.WithJsonField(@Json, ''calledNumber'',
    NULLIF(dbo.ShortenedNumber(dbo.JsonField(@Json, ''calledNumber''), @HiddenDigits), N''null''));
  SET @Json = dbo.WithJsonField(@Json, ''calledE164'',
    NULLIF(dbo.ShortenedNumber(dbo.JsonField(@Json, ''calledE164''), @HiddenDigits), N''null''));
  RETURN @Json;
END;');
GO

IF OBJECT_ID('dbo.usp_ShortenCalls', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 34)
DROP PROCEDURE dbo.usp_ShortenCalls;
GO

-- Up to @Batch calls at a time, each batch a statement of its own: stopped at any moment, it goes on when it is run again. +18016420100 is
-- then +1801642****. Numbers of up to 6 characters stay: they are of the house, of services, or for emergencies. The price stays, too, and
-- country and destination, and with them every sum. Archived calls and corrections come after the others. @Once: one batch only, and its number
-- of calls; controllers see to the corrections themselves then.
IF OBJECT_ID('dbo.usp_ShortenCalls', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ShortenCalls
  @Before DATETIME2(3), @HiddenDigits INT = 4, @From DATETIME2(3) = NULL, @Batch INT = 500, @Once BIT = 0
AS
BEGIN
  SET NOCOUNT ON;
  SET XACT_ABORT ON;
  IF @Before IS NULL OR @Before > SYSUTCDATETIME()
  BEGIN
    RAISERROR(''@Before is a moment (UTC) that is over.'', 16, 1);
    RETURN;
  END;
  IF @HiddenDigits IS NULL OR @HiddenDigits < 1 OR @HiddenDigits > 6
  BEGIN
    RAISERROR(''@HiddenDigits is a number of digits from 1 to 6.'', 16, 1);
    RETURN;
  END;
  IF @Batch IS NULL OR @Batch < 1
  BEGIN
    RAISERROR(''@Batch is a number of calls from 1 on.'', 16, 1);
    RETURN;
  END;
  DECLARE @Hidden VARCHAR(6), @Taken INT, @Shortened INT, @Corrected INT;
  SELECT @Hidden = REPLICATE(''*'', @HiddenDigits), @Taken = @Batch, @Shortened = 0, @From = ISNULL(@From, ''1900-01-01'');
  WHILE @Taken = @Batch
  BEGIN
    UPDATE TOP (@Batch) dbo.CallRecords SET
      CalledE164 = CASE WHEN LEN(CalledE164) > 6 THEN LEFT(CalledE164, LEN(CalledE164) - @HiddenDigits) + @Hidden ELSE CalledE164 END,
      CalledNumber = CASE WHEN LEN(CalledNumber) > 6 THEN LEFT(CalledNumber, LEN(CalledNumber) - @HiddenDigits) + @Hidden ELSE CalledNumber END,
      KeyedNumber = CASE WHEN LEN(KeyedNumber) > 6 THEN LEFT(KeyedNumber, LEN(KeyedNumber) - @HiddenDigits) + @Hidden ELSE KeyedNumber END,
      CallerName = CASE WHEN LEN(CallerName) > 6 AND CallerName NOT LIKE ''%[^0-9+*]%''
        THEN LEFT(CallerName, LEN(CallerName) - @HiddenDigits) + @Hidden ELSE CallerName END
    WHERE StartedAt >= @From AND StartedAt < @Before AND EndedAt IS NOT NULL
      AND ((LEN(CalledE164) > 6 AND RIGHT(CalledE164, @HiddenDigits) <> @Hidden)
        OR (LEN(CalledNumber) > 6 AND RIGHT(CalledNumber, @HiddenDigits) <> @Hidden)
        OR (LEN(KeyedNumber) > 6 AND RIGHT(KeyedNumber, @HiddenDigits) <> @Hidden)
        OR (LEN(CallerName) > 6 AND CallerName NOT LIKE ''%[^0-9+*]%'' AND RIGHT(CallerName, @HiddenDigits) <> @Hidden));
    SET @Taken = @@ROWCOUNT;
    SET @Shortened = @Shortened + @Taken;
    IF @Once = 1 BREAK;
  END;
  -- What is left of the one batch.
  IF @Once = 1 SET @Batch = @Batch - @Taken;
  SET @Taken = @Batch;
  WHILE @Taken = @Batch AND @Batch > 0
  BEGIN
    UPDATE TOP (@Batch) dbo.CallArchive SET
      CalledE164 = CASE WHEN LEN(CalledE164) > 6 THEN LEFT(CalledE164, LEN(CalledE164) - @HiddenDigits) + @Hidden ELSE CalledE164 END,
      CalledNumber = CASE WHEN LEN(CalledNumber) > 6 THEN LEFT(CalledNumber, LEN(CalledNumber) - @HiddenDigits) + @Hidden ELSE CalledNumber END,
      KeyedNumber = CASE WHEN LEN(KeyedNumber) > 6 THEN LEFT(KeyedNumber, LEN(KeyedNumber) - @HiddenDigits) + @Hidden ELSE KeyedNumber END,
      CallerName = CASE WHEN LEN(CallerName) > 6 AND CallerName NOT LIKE ''%[^0-9+*]%''
        THEN LEFT(CallerName, LEN(CallerName) - @HiddenDigits) + @Hidden ELSE CallerName END
    WHERE StartedAt >= @From AND StartedAt < @Before
      AND ((LEN(CalledE164) > 6 AND RIGHT(CalledE164, @HiddenDigits) <> @Hidden)
        OR (LEN(CalledNumber) > 6 AND RIGHT(CalledNumber, @HiddenDigits) <> @Hidden)
        OR (LEN(KeyedNumber) > 6 AND RIGHT(KeyedNumber, @HiddenDigits) <> @Hidden)
        OR (LEN(CallerName) > 6 AND CallerName NOT LIKE ''%[^0-9+*]%'' AND RIGHT(CallerName, @HiddenDigits) <> @Hidden));
    SET @Taken = @@ROWCOUNT;
    SET @Shortened = @Shortened + @Taken;
    IF @Once = 1 BREAK;
  END;
  SET @Corrected = 0;
  WHILE @Once = 0 AND @Corrected IS NOT NULL
  BEGIN
    DECLARE @Next INT;
    SELECT @Next = MAX(Id) FROM (SELECT TOP (@Batch) Id FROM dbo.CallCorrections WHERE Id > @Corrected ORDER BY Id) page;
    UPDATE dbo.CallCorrections SET RecordBefore = dbo.ShortenedRecord(RecordBefore, @HiddenDigits),
      RecordAfter = dbo.ShortenedRecord(RecordAfter, @HiddenDigits)
    WHERE Id > @Corrected AND Id <= @Next AND (
      CallId IN (SELECT CallId FROM dbo.CallRecords WHERE StartedAt >= @From AND StartedAt < @Before AND EndedAt IS NOT NULL)
      OR CallId IN (SELECT CallId FROM dbo.CallArchive WHERE StartedAt >= @From AND StartedAt < @Before));
    SET @Corrected = @Next;
  END;
  SELECT @Shortened AS ShortenedCalls;
END;');
GO

IF OBJECT_ID('dbo.usp_ForgetCodes', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 34)
DROP PROCEDURE dbo.usp_ForgetCodes;
GO

-- Takes out of calls the code that was keyed, also out of their corrections (but with @Once); the account stays.
IF OBJECT_ID('dbo.usp_ForgetCodes', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ForgetCodes @Before DATETIME2(3), @From DATETIME2(3) = NULL, @Batch INT = 500, @Once BIT = 0
AS
BEGIN
  SET NOCOUNT ON;
  SET XACT_ABORT ON;
  IF @Before IS NULL OR @Before > SYSUTCDATETIME()
  BEGIN
    RAISERROR(''@Before is a moment (UTC) that is over.'', 16, 1);
    RETURN;
  END;
  IF @Batch IS NULL OR @Batch < 1
  BEGIN
    RAISERROR(''@Batch is a number of calls from 1 on.'', 16, 1);
    RETURN;
  END;
  DECLARE @Taken INT, @Forgotten INT, @Corrected INT, @Next INT;
  SELECT @Taken = @Batch, @Forgotten = 0, @From = ISNULL(@From, ''1900-01-01'');
  WHILE @Taken = @Batch
  BEGIN
    UPDATE TOP (@Batch) dbo.CallRecords SET Code = ''''
    WHERE StartedAt >= @From AND StartedAt < @Before AND EndedAt IS NOT NULL AND Code <> '''';
    SET @Taken = @@ROWCOUNT;
    SET @Forgotten = @Forgotten + @Taken;
    IF @Once = 1 SET @Taken = 0;
  END;
  SET @Corrected = 0;
  WHILE @Once = 0 AND @Corrected IS NOT NULL
  BEGIN
    SELECT @Next = MAX(Id) FROM (SELECT TOP (@Batch) Id FROM dbo.CallCorrections WHERE Id > @Corrected ORDER BY Id) page;
    UPDATE dbo.CallCorrections SET RecordBefore = dbo.WithJsonField(RecordBefore, ''code'', N''""''),
      RecordAfter = dbo.WithJsonField(RecordAfter, ''code'', N''""'')
    WHERE Id > @Corrected AND Id <= @Next AND (
      CallId IN (SELECT CallId FROM dbo.CallRecords WHERE StartedAt >= @From AND StartedAt < @Before AND EndedAt IS NOT NULL)
      OR CallId IN (SELECT CallId FROM dbo.CallArchive WHERE StartedAt >= @From AND StartedAt < @Before));
    SET @Corrected = @Next;
  END;
  SELECT @Forgotten AS ForgottenCodes;
END;');
GO

-- What was asked and why a call was moved is never changed, but for a person who is erased: names and words then become (erased).
IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 34)
BEGIN
  SET XACT_ABORT ON;
  BEGIN TRANSACTION;
  IF OBJECT_ID('dbo.TR_CallMoves_Stay', 'TR') IS NOT NULL DROP TRIGGER dbo.TR_CallMoves_Stay;
  EXEC ('CREATE TRIGGER dbo.TR_CallMoves_Stay ON dbo.CallMoves AFTER UPDATE, DELETE AS
SET NOCOUNT ON;
IF EXISTS (SELECT 1 FROM deleted d LEFT JOIN inserted i ON i.Id = d.Id
  WHERE i.Id IS NULL OR i.CallId <> d.CallId OR i.MovedAt <> d.MovedAt OR i.MovedBy <> d.MovedBy OR i.ToAccountId <> d.ToAccountId
    OR ISNULL(i.FromAccountId, -1) <> ISNULL(d.FromAccountId, -1) OR ISNULL(i.FromDepartmentId, -1) <> ISNULL(d.FromDepartmentId, -1)
    OR ISNULL(i.ToDepartmentId, -1) <> ISNULL(d.ToDepartmentId, -1)
    OR (ISNULL(i.FromAccountName, N'''') COLLATE Latin1_General_BIN2 <> ISNULL(d.FromAccountName, N'''') COLLATE Latin1_General_BIN2
      AND ISNULL(i.FromAccountName, N'''') <> N''(erased)'')
    OR (i.ToAccountName COLLATE Latin1_General_BIN2 <> d.ToAccountName COLLATE Latin1_General_BIN2 AND i.ToAccountName <> N''(erased)'')
    OR (i.Why COLLATE Latin1_General_BIN2 <> d.Why COLLATE Latin1_General_BIN2 AND i.Why <> N''(erased)''))
BEGIN
  RAISERROR (''dbo.CallMoves is never changed, and nothing is deleted from it.'', 16, 1);
  ROLLBACK TRANSACTION;
END;');
  IF OBJECT_ID('dbo.TR_Requests_Stay', 'TR') IS NOT NULL DROP TRIGGER dbo.TR_Requests_Stay;
  EXEC ('CREATE TRIGGER dbo.TR_Requests_Stay ON dbo.Requests AFTER UPDATE AS
SET NOCOUNT ON;
IF EXISTS (SELECT 1 FROM deleted d LEFT JOIN inserted i ON i.Id = d.Id
  WHERE i.Id IS NULL OR i.Kind <> d.Kind OR i.AskedBy <> d.AskedBy OR i.AskedAt <> d.AskedAt OR (i.Why <> d.Why AND i.Why <> N''(erased)'')
    OR (d.DoneAt IS NOT NULL AND (i.DoneAt IS NULL OR i.DoneAt <> d.DoneAt OR i.Outcome <> d.Outcome OR i.Claims <> d.Claims
      OR ISNULL(i.Controller, N'''') <> ISNULL(d.Controller, N'''') OR ISNULL(i.MoveId, 0) <> ISNULL(d.MoveId, 0)
      OR ISNULL(i.ReratingId, 0) <> ISNULL(d.ReratingId, 0)
      OR (ISNULL(i.Result, N'''') <> ISNULL(d.Result, N'''') AND ISNULL(i.Result, N'''') <> N''(erased)'')))
    OR ISNULL(i.CallId, '''') <> ISNULL(d.CallId, '''') OR ISNULL(i.ToAccountId, 0) <> ISNULL(d.ToAccountId, 0)
    OR ISNULL(i.FromTime, ''0001-01-01'') <> ISNULL(d.FromTime, ''0001-01-01'')
    OR ISNULL(i.UntilTime, ''0001-01-01'') <> ISNULL(d.UntilTime, ''0001-01-01'') OR ISNULL(i.RateTableId, 0) <> ISNULL(d.RateTableId, 0))
BEGIN
  RAISERROR (''dbo.Requests: what was asked, and what came of it, is never changed.'', 16, 1);
  ROLLBACK TRANSACTION;
END;');
  COMMIT TRANSACTION;
END;
GO

IF OBJECT_ID('dbo.usp_EraseCalls', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 34)
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

-- What is too large for a date, and both ways at once to say from when, are refused by their names.
IF OBJECT_ID('dbo.usp_PruneChanges', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 34)
DROP PROCEDURE dbo.usp_PruneChanges;
GO

-- In batches, each a transaction of its own: a year of changes at once would fill the log and hold its locks throughout.
IF OBJECT_ID('dbo.usp_PruneChanges', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_PruneChanges @Days INT = 30, @Batch INT = 2000 AS
BEGIN
  SET NOCOUNT ON;
  IF @Days IS NULL OR @Days < 1 OR @Days > 36500
  BEGIN
    RAISERROR(''@Days is a number from 1 to 36500: controllers may still need the changes of today.'', 16, 1);
    RETURN;
  END;
  IF @Batch IS NULL OR @Batch < 1
  BEGIN
    RAISERROR(''@Batch is a number of rows from 1 on.'', 16, 1);
    RETURN;
  END;
  DECLARE @Before DATETIME2(3), @Last BIGINT, @Deleted INT;
  SET @Before = DATEADD(DAY, -@Days, SYSUTCDATETIME());
  -- The newest stays, however old: it tells controllers that they have read all.
  SELECT @Last = MAX(Id) - 1 FROM dbo.DirectoryChanges;
  SELECT @Last = MAX(Id) FROM dbo.DirectoryChanges WHERE ChangedAt < @Before AND Id <= @Last;
  SET @Deleted = @Batch;
  WHILE @Deleted = @Batch
  BEGIN
    DELETE TOP (@Batch) FROM dbo.DirectoryChanges WHERE Id <= @Last AND ChangedAt < @Before;
    SET @Deleted = @@ROWCOUNT;
  END;
  SELECT @Last = MAX(Id) - 1 FROM dbo.RateChanges;
  SELECT @Last = MAX(Id) FROM dbo.RateChanges WHERE ChangedAt < @Before AND Id <= @Last;
  SET @Deleted = @Batch;
  WHILE @Deleted = @Batch
  BEGIN
    DELETE TOP (@Batch) FROM dbo.RateChanges WHERE Id <= @Last AND ChangedAt < @Before;
    SET @Deleted = @@ROWCOUNT;
  END;
END;');
GO

IF OBJECT_ID('dbo.usp_ReportPeriod', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 34)
DROP PROCEDURE dbo.usp_ReportPeriod;
GO

-- The moments of a period: its dates are those of the site.
IF OBJECT_ID('dbo.usp_ReportPeriod', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportPeriod
  @FromDate DATE, @UntilDate DATE, @From DATETIME2(3) OUTPUT, @Until DATETIME2(3) OUTPUT
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @First DATE, @Last DATE;
  SELECT @First = MIN(LocalDate), @Last = MAX(LocalDate) FROM dbo.Dates;
  IF (@FromDate IS NOT NULL AND @From IS NOT NULL) OR (@UntilDate IS NOT NULL AND @Until IS NOT NULL)
  BEGIN
    RAISERROR(''@FromDate and @From, or @UntilDate and @Until, are both given: give dates of the site, or moments in UTC.'', 16, 1);
    RETURN 1;
  END;
  IF @FromDate IS NULL AND @From IS NULL
  BEGIN
    RAISERROR(''@FromDate is missing: the first date of the period, as at the site (or else @From, a moment in UTC).'', 16, 1);
    RETURN 1;
  END;
  IF @UntilDate IS NULL AND @Until IS NULL
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

-- Babelfish asks for the rights on tables of whoever runs a procedure, SQL Server for those of its owner.
GRANT SELECT (BilledMs, PriceBasis, IncludedMs) ON dbo.CallRecords TO billing_retention;
GRANT UPDATE (Extension) ON dbo.CallRecords TO billing_retention;
GRANT UPDATE ON dbo.Erasures TO billing_retention;
GRANT SELECT, UPDATE ON dbo.CallCorrections TO billing_retention;
GRANT SELECT, UPDATE ON dbo.CallMoves TO billing_retention;
GRANT SELECT, UPDATE ON dbo.Requests TO billing_retention;
GRANT SELECT, DELETE ON dbo.PhoneLocks TO billing_retention;
GRANT UPDATE (CalledE164, CalledNumber, KeyedNumber, CallerName) ON dbo.CallArchive TO billing_controller;
GRANT EXECUTE ON dbo.JsonPlace TO billing_retention;
GRANT EXECUTE ON dbo.JsonField TO billing_retention;
GRANT EXECUTE ON dbo.WithJsonField TO billing_retention;
GRANT EXECUTE ON dbo.ErasedRecord TO billing_retention;
GRANT EXECUTE ON dbo.NamesSomebody TO billing_retention;
GRANT EXECUTE ON dbo.ShortenedNumber TO billing_retention;
GRANT EXECUTE ON dbo.ShortenedRecord TO billing_retention;
GRANT EXECUTE ON dbo.JsonPlace TO billing_controller;
GRANT EXECUTE ON dbo.JsonField TO billing_controller;
GRANT EXECUTE ON dbo.WithJsonField TO billing_controller;
GRANT EXECUTE ON dbo.ShortenedNumber TO billing_controller;
GRANT EXECUTE ON dbo.ShortenedRecord TO billing_controller;
GRANT EXECUTE ON dbo.usp_PruneChanges TO billing_admin;
GRANT EXECUTE ON dbo.usp_ReportPeriod TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportPeriod TO billing_admin;
GRANT EXECUTE ON dbo.usp_ArchiveCalls TO billing_retention;
GRANT EXECUTE ON dbo.usp_EraseCalls TO billing_retention;
GRANT EXECUTE ON dbo.usp_ShortenCalls TO billing_retention;
GRANT EXECUTE ON dbo.usp_ForgetCodes TO billing_retention;
GRANT EXECUTE ON dbo.usp_ShortenCalls TO billing_controller;
GRANT EXECUTE ON dbo.usp_ForgetCodes TO billing_controller;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('BilledMs', N'As dbo.CallRecords.BilledMs'),
    ('PriceBasis', N'As dbo.CallRecords.PriceBasis'),
    ('IncludedMs', N'As dbo.CallRecords.IncludedMs'),
    ('Uncoded', N'As dbo.CallRecords.Uncoded'),
    ('CallingNumber', N'As dbo.CallRecords.CallingNumber'),
    ('AuthorizedById', N'As dbo.CallRecords.AuthorizedById'),
    ('AuthorizedBy', N'As dbo.CallRecords.AuthorizedBy')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.CallArchive') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'CallArchive', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 33) OR COL_LENGTH('dbo.CallArchive', 'Uncoded') IS NULL
  OR COL_LENGTH('dbo.CallArchive', 'AuthorizedBy') IS NULL OR OBJECT_ID('dbo.ErasedRecord', 'FN') IS NULL
  OR OBJECT_ID('dbo.NamesSomebody', 'FN') IS NULL OR OBJECT_ID('dbo.ShortenedRecord', 'FN') IS NULL
  OR OBJECT_ID('dbo.usp_ArchiveCalls', 'P') IS NULL OR OBJECT_ID('dbo.usp_EraseCalls', 'P') IS NULL
  OR OBJECT_ID('dbo.usp_ReportPeriod', 'P') IS NULL OR OBJECT_ID('dbo.usp_PruneChanges', 'P') IS NULL
  OR OBJECT_ID('dbo.usp_ShortenCalls', 'P') IS NULL OR OBJECT_ID('dbo.usp_ForgetCodes', 'P') IS NULL
  OR OBJECT_ID('dbo.TR_CallMoves_Stay', 'TR') IS NULL OR OBJECT_ID('dbo.TR_Requests_Stay', 'TR') IS NULL
  OR NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_keyednumber%')
RAISERROR('0034-erasing-everywhere.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 34)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (34, N'0034-erasing-everywhere.sql');
GO
