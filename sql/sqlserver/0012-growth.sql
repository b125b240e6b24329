-- What lets the tables grow: call records in the order of time, indexes for reports, upkeep in batches, archiving and erasure.
--
-- This rebuilds dbo.CallRecords: minutes where it has millions of calls, and free space (data and log) of twice the table. Meanwhile
-- controllers keep their records and send them afterwards. Foreign keys of your own onto dbo.CallRecords must go before and be made again. Each
-- batch may be run again.

-- A mass change locks rows, not the table: controllers pass by rows in the making, and would wait for a table.
IF EXISTS (SELECT 1 FROM sys.tables WHERE object_id = OBJECT_ID('dbo.DirectoryChanges') AND lock_escalation_desc <> 'DISABLE')
ALTER TABLE dbo.DirectoryChanges SET (LOCK_ESCALATION = DISABLE);
GO

IF EXISTS (SELECT 1 FROM sys.tables WHERE object_id = OBJECT_ID('dbo.RateChanges') AND lock_escalation_desc <> 'DISABLE')
ALTER TABLE dbo.RateChanges SET (LOCK_ESCALATION = DISABLE);
GO

-- Clustered by time, not by the random id of the call: new rows go to the end, and a month is one range. As one transaction, so that the id
-- stays unique whatever happens; the other indexes go first, or each would be built twice.
IF EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND is_primary_key = 1 AND type = 1)
BEGIN
  SET XACT_ABORT ON;
  BEGIN TRANSACTION;
  IF EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND name = 'IX_CallRecords_StartedAt')
    DROP INDEX IX_CallRecords_StartedAt ON dbo.CallRecords;
  IF EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND name = 'IX_CallRecords_Account')
    DROP INDEX IX_CallRecords_Account ON dbo.CallRecords;
  IF EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND name = 'IX_CallRecords_Department')
    DROP INDEX IX_CallRecords_Department ON dbo.CallRecords;
  IF EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND name = 'IX_CallRecords_Extension')
    DROP INDEX IX_CallRecords_Extension ON dbo.CallRecords;
  ALTER TABLE dbo.CallRecords DROP CONSTRAINT PK_CallRecords;
  CREATE CLUSTERED INDEX CX_CallRecords_StartedAt ON dbo.CallRecords (StartedAt);
  ALTER TABLE dbo.CallRecords ADD CONSTRAINT PK_CallRecords PRIMARY KEY NONCLUSTERED (CallId);
  COMMIT TRANSACTION;
END;
GO

-- Where nothing is clustered (Babelfish), the index by time is replaced by the one below.
IF EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_startedat%')
DROP INDEX IX_CallRecords_StartedAt ON dbo.CallRecords;
GO

-- The index for reports does its work.
IF EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_department%')
DROP INDEX IX_CallRecords_Department ON dbo.CallRecords;
GO

-- Everything that a month's sums need. Without a filter (WHERE): tables with filtered indexes refuse changes by sessions that have
-- QUOTED_IDENTIFIER off, as sqlcmd and SQL Server Agent do.
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_reports%')
CREATE INDEX IX_CallRecords_Reports ON dbo.CallRecords (StartedAt)
INCLUDE (EndedAt, AnsweredAt, AccountId, DepartmentId, Extension, Destination, Country, CallType, EntryMode, Outcome, Reason, PriceKind,
  Currency, BillableMs, CostMicros, ChargeMicros);
GO

-- Calls that are up: EndedAt IS NULL.
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_endedat%')
CREATE INDEX IX_CallRecords_EndedAt ON dbo.CallRecords (EndedAt);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_account%')
CREATE INDEX IX_CallRecords_Account ON dbo.CallRecords (AccountId, StartedAt);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_extension%')
CREATE INDEX IX_CallRecords_Extension ON dbo.CallRecords (Extension, StartedAt);
GO

IF OBJECT_ID('dbo.usp_PruneChanges', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 12)
DROP PROCEDURE dbo.usp_PruneChanges;
GO

-- In batches, each a transaction of its own: a year of changes at once would fill the log and hold its locks throughout.
IF OBJECT_ID('dbo.usp_PruneChanges', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_PruneChanges @Days INT = 30, @Batch INT = 2000 AS
BEGIN
  SET NOCOUNT ON;
  IF @Days IS NULL OR @Days < 1
  BEGIN
    RAISERROR(''@Days must be 1 or more: controllers may still need the changes of today'', 16, 1);
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

-- Call records that were archived: the columns of dbo.CallRecords but Code, and when. Reports leave them out.
IF OBJECT_ID('dbo.CallArchive', 'U') IS NULL
CREATE TABLE dbo.CallArchive (
  CallId          VARCHAR(80) NOT NULL,
  CalleeLegId     VARCHAR(80) NULL,
  SwitchName      NVARCHAR(200) NOT NULL,
  Controller      NVARCHAR(60) NOT NULL,
  EntryMode       VARCHAR(20) NOT NULL,
  Extension       NVARCHAR(200) NOT NULL,
  ExtensionId     INT NULL,
  CallerName      NVARCHAR(200) NOT NULL,
  AccountId       INT NULL,
  AccountName     NVARCHAR(200) NULL,
  DepartmentId    INT NULL,
  KeyedNumber     NVARCHAR(200) NOT NULL,
  CalledNumber    VARCHAR(40) NULL,
  CalledE164      VARCHAR(20) NULL,
  Gateway         VARCHAR(60) NULL,
  CallType        VARCHAR(20) NULL,
  Outcome         VARCHAR(20) NULL,
  Reason          VARCHAR(40) NULL,
  RuleText        NVARCHAR(400) NULL,
  HangupCause     VARCHAR(40) NULL,
  StartedAt       DATETIME2(3) NOT NULL,
  DecidedAt       DATETIME2(3) NULL,
  BridgedAt       DATETIME2(3) NULL,
  AnsweredAt      DATETIME2(3) NULL,
  EndedAt         DATETIME2(3) NULL,
  BillableMs      BIGINT NOT NULL,
  ClosedBy        VARCHAR(20) NULL,
  Estimated       BIT NOT NULL,
  Currency        CHAR(3) NULL,
  CostMicros      BIGINT NULL,
  ChargeMicros    BIGINT NULL,
  PriceArithmetic NVARCHAR(400) NULL,
  Destination     NVARCHAR(200) NULL,
  Country         CHAR(2) NULL,
  PriceKind       VARCHAR(10) NULL,
  ArchivedAt      DATETIME2(3) NOT NULL,
  CONSTRAINT PK_CallArchive PRIMARY KEY NONCLUSTERED (CallId)
);
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallArchive') AND LOWER(name) LIKE 'cx_callarchive_startedat%')
CREATE CLUSTERED INDEX CX_CallArchive_StartedAt ON dbo.CallArchive (StartedAt);
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
    RAISERROR(''@Database has no table dbo.CallArchive: make it there with the statement of 0012-growth.sql.'', 16, 1);
    RETURN;
  END;
  -- A call that came again after it was archived (a late correction) takes the place of what is there.
  SET @Move = N''DELETE FROM '' + @Into + N'' WHERE CallId IN (SELECT CallId FROM #Batch);
INSERT INTO '' + @Into + N'' (<columns>, ArchivedAt) SELECT <columns>, SYSUTCDATETIME() FROM dbo.CallRecords WHERE CallId IN (SELECT CallId FROM #Batch);
DELETE FROM dbo.CallRecords WHERE CallId IN (SELECT CallId FROM #Batch);'';
  SET @Move = REPLACE(@Move, N''<columns>'', N''CallId, CalleeLegId, SwitchName, Controller, EntryMode, Extension, ExtensionId, CallerName, AccountId,
AccountName, DepartmentId, KeyedNumber, CalledNumber, CalledE164, Gateway, CallType, Outcome, Reason, RuleText, HangupCause, StartedAt, DecidedAt,
BridgedAt, AnsweredAt, EndedAt, BillableMs, ClosedBy, Estimated, Currency, CostMicros, ChargeMicros, PriceArithmetic, Destination, Country, PriceKind'');
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

-- Who erased what: never the number or the name itself.
IF OBJECT_ID('dbo.Erasures', 'U') IS NULL
CREATE TABLE dbo.Erasures (
  Id         INT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_Erasures PRIMARY KEY,
  ErasedAt   DATETIME2(3) NOT NULL CONSTRAINT DF_Erasures_ErasedAt DEFAULT SYSUTCDATETIME(),
  ErasedBy   NVARCHAR(128) NOT NULL CONSTRAINT DF_Erasures_ErasedBy DEFAULT SUSER_SNAME(),
  BeforeDate DATE NULL,
  AccountId  INT NULL,
  Extension  NVARCHAR(200) NULL,
  ByNumber   BIT NOT NULL,
  Calls      INT NOT NULL
);
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
      AND (CallerName <> N'''' OR KeyedNumber <> N'''' OR CalledNumber IS NOT NULL OR CalledE164 IS NOT NULL OR RuleText IS NOT NULL
        OR (@AccountId IS NOT NULL AND AccountName <> N''(erased)''));
    SET @Taken = @@ROWCOUNT;
    UPDATE dbo.CallRecords SET CallerName = N'''', Code = '''', KeyedNumber = N'''', CalledNumber = NULL, CalledE164 = NULL, RuleText = NULL,
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

IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = 'billing_retention')
EXEC ('CREATE ROLE billing_retention');
GO

-- It moves and erases calls without reading a code.
GRANT EXECUTE ON dbo.usp_PruneChanges TO billing_admin;
GRANT EXECUTE ON dbo.usp_ArchiveCalls TO billing_retention;
GRANT EXECUTE ON dbo.usp_EraseCalls TO billing_retention;
GRANT SELECT ON dbo.Dates TO billing_retention;
GRANT SELECT (CallId, CalleeLegId, SwitchName, Controller, EntryMode, Extension, ExtensionId, CallerName, AccountId, AccountName, DepartmentId,
  KeyedNumber, CalledNumber, CalledE164, Gateway, CallType, Outcome, Reason, RuleText, HangupCause, StartedAt, DecidedAt, BridgedAt, AnsweredAt,
  EndedAt, BillableMs, ClosedBy, Estimated, Currency, CostMicros, ChargeMicros, PriceArithmetic, Destination, Country, PriceKind) ON dbo.CallRecords TO billing_retention;
GRANT UPDATE (CallerName, Code, KeyedNumber, CalledNumber, CalledE164, RuleText, AccountName) ON dbo.CallRecords TO billing_retention;
GRANT DELETE ON dbo.CallRecords TO billing_retention;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.CallArchive TO billing_retention;
GRANT SELECT, INSERT ON dbo.Erasures TO billing_retention;
GRANT SELECT ON dbo.CallArchive TO billing_report;
GRANT SELECT ON dbo.CallArchive TO billing_admin;
GRANT SELECT ON dbo.Erasures TO billing_admin;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 11) OR OBJECT_ID('dbo.usp_PruneChanges', 'P') IS NULL
  OR OBJECT_ID('dbo.usp_ArchiveCalls', 'P') IS NULL OR OBJECT_ID('dbo.usp_EraseCalls', 'P') IS NULL OR OBJECT_ID('dbo.Erasures', 'U') IS NULL
  OR NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND is_primary_key = 1)
  OR NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(name) LIKE 'ix_callrecords_reports%')
RAISERROR('0012-growth.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 12)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (12, N'0012-growth.sql');
GO
