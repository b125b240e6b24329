-- Numbers of calls that are old enough lose their last digits, and calls the code that was keyed; the oldest are removed. Each batch may be
-- run again.

IF OBJECT_ID('dbo.usp_ShortenCalls', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 30)
DROP PROCEDURE dbo.usp_ShortenCalls;
GO

-- Up to @Batch calls at a time, each batch a statement of its own: stopped at any moment, it goes on when it is run again. +18016420100 is
-- then +1801642****. Numbers of up to 6 characters stay: they are of the house, of services, or for emergencies. The price stays, too, and
-- country and destination, and with them every sum. @Once: one batch only, and its number of calls.
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
  DECLARE @Hidden VARCHAR(6), @Taken INT, @Shortened INT;
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
    IF @Once = 1 SET @Taken = 0;
  END;
  SELECT @Shortened AS ShortenedCalls;
END;');
GO

IF OBJECT_ID('dbo.usp_ForgetCodes', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 30)
DROP PROCEDURE dbo.usp_ForgetCodes;
GO

-- Takes out of calls the code that was keyed; the account stays.
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
  DECLARE @Taken INT, @Forgotten INT;
  SELECT @Taken = @Batch, @Forgotten = 0, @From = ISNULL(@From, ''1900-01-01'');
  WHILE @Taken = @Batch
  BEGIN
    UPDATE TOP (@Batch) dbo.CallRecords SET Code = ''''
    WHERE StartedAt >= @From AND StartedAt < @Before AND EndedAt IS NOT NULL AND Code <> '''';
    SET @Taken = @@ROWCOUNT;
    SET @Forgotten = @Forgotten + @Taken;
    IF @Once = 1 SET @Taken = 0;
  END;
  SELECT @Forgotten AS ForgottenCodes;
END;');
GO

IF OBJECT_ID('dbo.usp_RemoveCalls', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 30)
DROP PROCEDURE dbo.usp_RemoveCalls;
GO

-- Removes calls of before a date (of the site), archived ones too, and what their prices and corrections were; dbo.CallMoves and the ledger
-- stay, in which there are no numbers.
IF OBJECT_ID('dbo.usp_RemoveCalls', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_RemoveCalls @BeforeDate DATE, @Batch INT = 500
AS
BEGIN
  SET NOCOUNT ON;
  SET XACT_ABORT ON;
  IF @BeforeDate IS NULL OR @BeforeDate > DATEADD(DAY, -62, SYSUTCDATETIME())
  BEGIN
    RAISERROR(''@BeforeDate is a date at least 62 days ago: limits of a month are added up from newer calls.'', 16, 1);
    RETURN;
  END;
  IF @Batch IS NULL OR @Batch < 1
  BEGIN
    RAISERROR(''@Batch is a number of calls from 1 on.'', 16, 1);
    RETURN;
  END;
  DECLARE @Before DATETIME2(3), @Taken INT, @Removed INT;
  SELECT @Before = StartsAt FROM dbo.Dates WHERE LocalDate = @BeforeDate;
  SELECT @Before = ISNULL(@Before, @BeforeDate), @Taken = 1, @Removed = 0;
  DECLARE @Calls TABLE (CallId VARCHAR(80) NOT NULL PRIMARY KEY);
  WHILE @Taken > 0
  BEGIN
    DELETE FROM @Calls;
    INSERT INTO @Calls (CallId) SELECT TOP (@Batch) CallId FROM dbo.CallRecords WHERE StartedAt < @Before AND EndedAt IS NOT NULL;
    SET @Taken = @@ROWCOUNT;
    BEGIN TRANSACTION;
    DELETE FROM dbo.CallPriceHistory WHERE CallId IN (SELECT CallId FROM @Calls);
    DELETE FROM dbo.CallCorrections WHERE CallId IN (SELECT CallId FROM @Calls);
    DELETE FROM dbo.CallRecords WHERE CallId IN (SELECT CallId FROM @Calls);
    COMMIT TRANSACTION;
    SET @Removed = @Removed + @Taken;
  END;
  SET @Taken = 1;
  WHILE @Taken > 0
  BEGIN
    DELETE FROM @Calls;
    INSERT INTO @Calls (CallId) SELECT TOP (@Batch) CallId FROM dbo.CallArchive WHERE StartedAt < @Before;
    SET @Taken = @@ROWCOUNT;
    BEGIN TRANSACTION;
    DELETE FROM dbo.CallPriceHistory WHERE CallId IN (SELECT CallId FROM @Calls);
    DELETE FROM dbo.CallCorrections WHERE CallId IN (SELECT CallId FROM @Calls);
    DELETE FROM dbo.CallArchive WHERE CallId IN (SELECT CallId FROM @Calls);
    COMMIT TRANSACTION;
    SET @Removed = @Removed + @Taken;
  END;
  SELECT @Removed AS RemovedCalls;
END;');
GO

-- A controller shortens by its configuration; removing is for whoever answers for the database.
GRANT EXECUTE ON dbo.usp_ShortenCalls TO billing_controller;
GRANT EXECUTE ON dbo.usp_ForgetCodes TO billing_controller;
GRANT EXECUTE ON dbo.usp_ShortenCalls TO billing_retention;
GRANT EXECUTE ON dbo.usp_ForgetCodes TO billing_retention;
GRANT EXECUTE ON dbo.usp_RemoveCalls TO billing_retention;
GRANT SELECT, UPDATE ON dbo.CallCorrections TO billing_controller;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 29) OR OBJECT_ID('dbo.usp_ShortenCalls', 'P') IS NULL
  OR OBJECT_ID('dbo.usp_ForgetCodes', 'P') IS NULL OR OBJECT_ID('dbo.usp_RemoveCalls', 'P') IS NULL
RAISERROR('0030-retention.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 30)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (30, N'0030-retention.sql');
GO
