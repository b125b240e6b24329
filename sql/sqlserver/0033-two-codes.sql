-- Two codes, who and for whom: accounts whose code says who calls, phones that demand one, and calls that name who authorized them. Each batch
-- may be run again.

IF COL_LENGTH('dbo.Accounts', 'Authorizes') IS NULL
ALTER TABLE dbo.Accounts ADD Authorizes BIT NOT NULL CONSTRAINT DF_Accounts_Authorizes DEFAULT 0;
GO
IF COL_LENGTH('dbo.AccountsImport', 'Authorizes') IS NULL
ALTER TABLE dbo.AccountsImport ADD Authorizes BIT NOT NULL CONSTRAINT DF_AccountsImport_Authorizes DEFAULT 0;
GO
IF COL_LENGTH('dbo.Extensions', 'TwoCodes') IS NULL
ALTER TABLE dbo.Extensions ADD TwoCodes BIT NOT NULL CONSTRAINT DF_Extensions_TwoCodes DEFAULT 0;
GO
IF COL_LENGTH('dbo.CallRecords', 'AuthorizedById') IS NULL
ALTER TABLE dbo.CallRecords ADD AuthorizedById INT NULL;
GO
IF COL_LENGTH('dbo.CallRecords', 'AuthorizedBy') IS NULL
ALTER TABLE dbo.CallRecords ADD AuthorizedBy NVARCHAR(200) NULL;
GO
GRANT SELECT (Authorizes) ON dbo.Accounts TO billing_report;
GRANT SELECT (AuthorizedById, AuthorizedBy) ON dbo.CallRecords TO billing_report;
GRANT SELECT (AuthorizedById, AuthorizedBy), UPDATE (AuthorizedById, AuthorizedBy) ON dbo.CallRecords TO billing_retention;
GO

-- The views of reports, with who authorized a call. Made anew, the second view first, which stands on the first: rights that were given on them to
-- others than our roles have to be given again.
IF OBJECT_ID('dbo.ReportCallsLocal', 'V') IS NOT NULL AND COL_LENGTH('dbo.ReportCalls', 'AuthorizedBy') IS NULL
DROP VIEW dbo.ReportCallsLocal;
GO
IF OBJECT_ID('dbo.ReportCalls', 'V') IS NOT NULL AND COL_LENGTH('dbo.ReportCalls', 'AuthorizedBy') IS NULL
DROP VIEW dbo.ReportCalls;
GO
IF OBJECT_ID('dbo.ReportCalls', 'V') IS NULL
EXEC ('CREATE VIEW dbo.ReportCalls AS
SELECT c.CallId, c.StartedAt, c.AccountId, COALESCE(a.Name, c.AccountName) AS Account, c.DepartmentId, d.Name AS Department,
  c.Extension, NULLIF(e.Name, N'''') AS ExtensionName, c.CallerName, c.AuthorizedById, c.AuthorizedBy,
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
GRANT SELECT ON dbo.ReportCalls TO billing_report;
GRANT SELECT ON dbo.ReportCallsLocal TO billing_report;
GRANT SELECT ON dbo.ReportCalls TO billing_controller;
GRANT SELECT ON dbo.ReportCalls TO billing_admin;
GRANT SELECT ON dbo.ReportCallsLocal TO billing_admin;
GO

-- What a code may be used for is read before other changes, too. As one transaction: no change goes by while there is no trigger.
IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 33)
BEGIN
  SET XACT_ABORT ON;
  BEGIN TRANSACTION;
  IF OBJECT_ID('dbo.TR_Accounts_Changes', 'TR') IS NOT NULL DROP TRIGGER dbo.TR_Accounts_Changes;
  EXEC ('CREATE TRIGGER dbo.TR_Accounts_Changes ON dbo.Accounts AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.DirectoryChanges (TableName, RowId, Revokes)
SELECT ''accounts'', COALESCE(i.Id, d.Id), CASE WHEN d.Id IS NOT NULL AND (i.Id IS NULL
  OR i.Code COLLATE Latin1_General_BIN2 <> d.Code COLLATE Latin1_General_BIN2 OR (d.Enabled = 1 AND i.Enabled = 0)
  OR ISNULL(i.ValidFrom, ''0001-01-01'') > ISNULL(d.ValidFrom, ''0001-01-01'')
  OR ISNULL(i.ValidUntil, ''9999-12-31'') < ISNULL(d.ValidUntil, ''9999-12-31'')
  OR ISNULL(i.LeastDigits, -1) <> ISNULL(d.LeastDigits, -1) OR ISNULL(i.MostDigits, -1) <> ISNULL(d.MostDigits, -1)
  OR i.BlockedPrefixes <> d.BlockedPrefixes OR i.AllowedPrefixes <> d.AllowedPrefixes
  OR i.AllowedNumbers <> d.AllowedNumbers OR i.AllowedCallTypes <> d.AllowedCallTypes
  OR ISNULL(i.LongestCallMinutes, -1) <> ISNULL(d.LongestCallMinutes, -1) OR ISNULL(i.CallsAtATime, -1) <> ISNULL(d.CallsAtATime, -1)
  OR ISNULL(i.CallsPerMinute, -1) <> ISNULL(d.CallsPerMinute, -1) OR ISNULL(i.MinutesPerDay, -1) <> ISNULL(d.MinutesPerDay, -1)
  OR ISNULL(i.MinutesPerMonth, -1) <> ISNULL(d.MinutesPerMonth, -1) OR i.CallingHours <> d.CallingHours
  OR ISNULL(i.MoneyPerDayMicros, -1) <> ISNULL(d.MoneyPerDayMicros, -1)
  OR ISNULL(i.MoneyPerMonthMicros, -1) <> ISNULL(d.MoneyPerMonthMicros, -1)
  OR ISNULL(i.MoneyPerContractMicros, -1) <> ISNULL(d.MoneyPerContractMicros, -1)
  OR ISNULL(i.HighestPriceMicros, -1) <> ISNULL(d.HighestPriceMicros, -1)
  OR (d.Prepaid = 0 AND i.Prepaid = 1) OR i.AuthorizationLevel < d.AuthorizationLevel
  OR i.Authorizes <> d.Authorizes) THEN 1 ELSE 0 END
FROM inserted i FULL OUTER JOIN deleted d ON d.Id = i.Id;');
  COMMIT TRANSACTION;
END;
GO

-- That two codes are needed is read before other changes, too. As one transaction: no change goes by while there is no trigger.
IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 33)
BEGIN
  SET XACT_ABORT ON;
  BEGIN TRANSACTION;
  IF OBJECT_ID('dbo.TR_Extensions_Changes', 'TR') IS NOT NULL DROP TRIGGER dbo.TR_Extensions_Changes;
  EXEC ('CREATE TRIGGER dbo.TR_Extensions_Changes ON dbo.Extensions AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.DirectoryChanges (TableName, RowId, Revokes)
SELECT ''extensions'', COALESCE(i.Id, d.Id), CASE WHEN d.Id IS NOT NULL AND (i.Id IS NULL
  OR i.Number COLLATE Latin1_General_BIN2 <> d.Number COLLATE Latin1_General_BIN2
  OR ISNULL(i.DefaultAccountId, -1) <> ISNULL(d.DefaultAccountId, -1)
  OR ISNULL(i.LeastDigits, -1) <> ISNULL(d.LeastDigits, -1) OR ISNULL(i.MostDigits, -1) <> ISNULL(d.MostDigits, -1)
  OR i.BlockedPrefixes <> d.BlockedPrefixes OR i.AllowedPrefixes <> d.AllowedPrefixes
  OR i.AllowedNumbers <> d.AllowedNumbers OR i.AllowedCallTypes <> d.AllowedCallTypes
  OR ISNULL(i.LongestCallMinutes, -1) <> ISNULL(d.LongestCallMinutes, -1) OR ISNULL(i.CallsAtATime, -1) <> ISNULL(d.CallsAtATime, -1)
  OR ISNULL(i.CallsPerMinute, -1) <> ISNULL(d.CallsPerMinute, -1) OR ISNULL(i.MinutesPerDay, -1) <> ISNULL(d.MinutesPerDay, -1)
  OR ISNULL(i.MinutesPerMonth, -1) <> ISNULL(d.MinutesPerMonth, -1) OR i.CallingHours <> d.CallingHours
  OR ISNULL(i.MoneyPerDayMicros, -1) <> ISNULL(d.MoneyPerDayMicros, -1)
  OR ISNULL(i.MoneyPerMonthMicros, -1) <> ISNULL(d.MoneyPerMonthMicros, -1)
  OR ISNULL(i.HighestPriceMicros, -1) <> ISNULL(d.HighestPriceMicros, -1)
  OR (d.TwoCodes = 0 AND i.TwoCodes = 1)) THEN 1 ELSE 0 END
FROM inserted i FULL OUTER JOIN deleted d ON d.Id = i.Id;');
  COMMIT TRANSACTION;
END;
GO

IF OBJECT_ID('dbo.usp_EraseCalls', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 33)
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
      AND (CallerName <> N'''' OR KeyedNumber <> N'''' OR CalledNumber IS NOT NULL OR CalledE164 IS NOT NULL OR RuleText IS NOT NULL OR CallingNumber IS NOT NULL OR AuthorizedBy IS NOT NULL
        OR (@AccountId IS NOT NULL AND AccountName <> N''(erased)''));
    SET @Taken = @@ROWCOUNT;
    UPDATE dbo.CallRecords SET CallerName = N'''', Code = '''', KeyedNumber = N'''', CalledNumber = NULL, CalledE164 = NULL, RuleText = NULL, CallingNumber = NULL,
      AuthorizedById = NULL, AuthorizedBy = NULL,
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

GRANT EXECUTE ON dbo.usp_EraseCalls TO billing_retention;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('Accounts', 'Authorizes', N'1: its code says who calls, and pays for nothing; the code of the account that pays is keyed behind it'),
    ('AccountsImport', 'Authorizes', N'1: its code says who calls, and pays for nothing'),
    ('Extensions', 'TwoCodes', N'1: a call needs two codes, of an account that authorizes and of the account that pays'),
    ('CallRecords', 'AuthorizedById', N'The account whose code said who called; null: none was keyed'),
    ('CallRecords', 'AuthorizedBy', N'Its name when the call was made')) d (TableName, Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.' + d.TableName) AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Table, @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', @Table, N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Table, @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 32) OR COL_LENGTH('dbo.Accounts', 'Authorizes') IS NULL
  OR COL_LENGTH('dbo.AccountsImport', 'Authorizes') IS NULL OR COL_LENGTH('dbo.Extensions', 'TwoCodes') IS NULL
  OR COL_LENGTH('dbo.CallRecords', 'AuthorizedBy') IS NULL OR OBJECT_ID('dbo.usp_EraseCalls', 'P') IS NULL
  OR COL_LENGTH('dbo.ReportCalls', 'AuthorizedBy') IS NULL OR OBJECT_ID('dbo.ReportCallsLocal', 'V') IS NULL
  OR OBJECT_ID('dbo.TR_Accounts_Changes', 'TR') IS NULL OR OBJECT_ID('dbo.TR_Extensions_Changes', 'TR') IS NULL
RAISERROR('0033-two-codes.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 33)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (33, N'0033-two-codes.sql');
GO
