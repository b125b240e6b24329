-- dbo.usp_EraseCalls also takes out the number that a call went out with: it tells whose phone it was. Each batch may be run again.

IF OBJECT_ID('dbo.usp_EraseCalls', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 31)
DROP PROCEDURE dbo.usp_EraseCalls;
GO

-- Takes out of calls who spoke with whom (names, numbers, code), here and in dbo.CallArchive of this database. Times, amounts, account,
-- department, destination and country stay, and with them every sum.
IF OBJECT_ID('dbo.usp_EraseCalls', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_EraseCalls
  @BeforeDate DATE = NULL, @AccountId INT = NULL, @Extension NVARCHAR(200) = NULL, @Number VARCHAR(40) = NULL, @Batch INT = 2000
AS
BEGIN
  SET NOCOUNT ON;
  SET XACT_ABORT ON;
  IF @BeforeDate IS NULL AND @AccountId IS NULL AND @Extension IS NULL AND ISNULL(@Number, '''') = ''''
  BEGIN
    RAISERROR(''@BeforeDate, @AccountId, @Extension or @Number is missing: nothing says which calls.'', 16, 1);
    RETURN;
  END;
  IF @Batch IS NULL OR @Batch < 1
  BEGIN
    RAISERROR(''@Batch is a number of calls from 1 on.'', 16, 1);
    RETURN;
  END;
  DECLARE @Before DATETIME2(3), @Keyed NVARCHAR(200), @Taken INT, @Erased INT;
  SELECT @Before = StartsAt FROM dbo.Dates WHERE LocalDate = @BeforeDate;
  SELECT @Before = ISNULL(@Before, ISNULL(@BeforeDate, ''9000-01-01'')), @Keyed = @Number;
  DECLARE @Calls TABLE (CallId VARCHAR(80) NOT NULL PRIMARY KEY);
  SELECT @Taken = 1, @Erased = 0;
  WHILE @Taken > 0
  BEGIN
    DELETE FROM @Calls;
    INSERT INTO @Calls (CallId) SELECT TOP (@Batch) CallId FROM dbo.CallRecords
    WHERE EndedAt IS NOT NULL AND StartedAt < @Before AND (@AccountId IS NULL OR AccountId = @AccountId)
      AND (@Extension IS NULL OR Extension = @Extension)
      AND (@Number IS NULL OR CalledE164 = @Number OR CalledNumber = @Number OR KeyedNumber = @Keyed)
      AND (CallerName <> N'''' OR KeyedNumber <> N'''' OR CalledNumber IS NOT NULL OR CalledE164 IS NOT NULL OR RuleText IS NOT NULL OR CallingNumber IS NOT NULL
        OR (@AccountId IS NOT NULL AND AccountName <> N''(erased)''));
    SET @Taken = @@ROWCOUNT;
    UPDATE dbo.CallRecords SET CallerName = N'''', Code = '''', KeyedNumber = N'''', CalledNumber = NULL, CalledE164 = NULL, RuleText = NULL, CallingNumber = NULL,
      AccountName = CASE WHEN @AccountId IS NULL THEN AccountName ELSE N''(erased)'' END
    WHERE CallId IN (SELECT CallId FROM @Calls);
    SET @Erased = @Erased + @Taken;
  END;
  SET @Taken = 1;
  WHILE @Taken > 0
  BEGIN
    DELETE FROM @Calls;
    INSERT INTO @Calls (CallId) SELECT TOP (@Batch) CallId FROM dbo.CallArchive
    WHERE StartedAt < @Before AND (@AccountId IS NULL OR AccountId = @AccountId) AND (@Extension IS NULL OR Extension = @Extension)
      AND (@Number IS NULL OR CalledE164 = @Number OR CalledNumber = @Number OR KeyedNumber = @Keyed)
      AND (CallerName <> N'''' OR KeyedNumber <> N'''' OR CalledNumber IS NOT NULL OR CalledE164 IS NOT NULL OR RuleText IS NOT NULL
        OR (@AccountId IS NOT NULL AND AccountName <> N''(erased)''));
    SET @Taken = @@ROWCOUNT;
    UPDATE dbo.CallArchive SET CallerName = N'''', KeyedNumber = N'''', CalledNumber = NULL, CalledE164 = NULL, RuleText = NULL,
      AccountName = CASE WHEN @AccountId IS NULL THEN AccountName ELSE N''(erased)'' END
    WHERE CallId IN (SELECT CallId FROM @Calls);
    SET @Erased = @Erased + @Taken;
  END;
  INSERT INTO dbo.Erasures (BeforeDate, AccountId, Extension, ByNumber, Calls)
  VALUES (@BeforeDate, @AccountId, @Extension, CASE WHEN @Number IS NULL THEN 0 ELSE 1 END, @Erased);
  SELECT @Erased AS ErasedCalls;
END;');
GO

GRANT SELECT (CallingNumber), UPDATE (CallingNumber) ON dbo.CallRecords TO billing_retention;
GRANT EXECUTE ON dbo.usp_EraseCalls TO billing_retention;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 30) OR OBJECT_ID('dbo.usp_EraseCalls', 'P') IS NULL
RAISERROR('0031-erased-calling-numbers.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 31)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (31, N'0031-erased-calling-numbers.sql');
GO
