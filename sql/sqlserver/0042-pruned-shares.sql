-- Shares of amounts a day and a month go when these are long over; without that, there is one more row a day for each account that has such an
-- amount. Each batch may be run again.

-- As 0037-followed-calls.sql has it, with the shares.
IF OBJECT_ID('dbo.usp_PruneChanges', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 42)
DROP PROCEDURE dbo.usp_PruneChanges;
GO

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
  SELECT @Last = MAX(Id) - 1 FROM dbo.CallChanges;
  SELECT @Last = MAX(Id) FROM dbo.CallChanges WHERE ChangedAt < @Before AND Id <= @Last;
  SET @Deleted = @Batch;
  WHILE @Deleted = @Batch
  BEGIN
    DELETE TOP (@Batch) FROM dbo.CallChanges WHERE Id <= @Last AND ChangedAt < @Before;
    SET @Deleted = @@ROWCOUNT;
  END;
  -- Shares of amounts of days and months that are over: nothing is drawn of them any more. A call may have begun before midnight, anywhere.
  DECLARE @Day CHAR(10), @Month CHAR(7);
  SET @Day = CONVERT(CHAR(10), DATEADD(DAY, CASE WHEN @Days < 7 THEN -7 ELSE -@Days END, SYSUTCDATETIME()), 120);
  SET @Month = LEFT(@Day, 7);
  SET @Deleted = @Batch;
  WHILE @Deleted = @Batch
  BEGIN
    DELETE TOP (@Batch) FROM dbo.LedgerShares WHERE (BudgetKey LIKE ''%/day:____-__-__'' AND RIGHT(BudgetKey, 10) < @Day)
      OR (BudgetKey LIKE ''%/month:____-__'' AND RIGHT(BudgetKey, 7) < @Month);
    SET @Deleted = @@ROWCOUNT;
  END;
  SET @Deleted = @Batch;
  WHILE @Deleted = @Batch
  BEGIN
    DELETE TOP (@Batch) FROM dbo.LedgerBudgets WHERE (BudgetKey LIKE ''%/day:____-__-__'' AND RIGHT(BudgetKey, 10) < @Day)
      OR (BudgetKey LIKE ''%/month:____-__'' AND RIGHT(BudgetKey, 7) < @Month);
    SET @Deleted = @@ROWCOUNT;
  END;
END;');
GO

GRANT EXECUTE ON dbo.usp_PruneChanges TO billing_admin;
-- An engine without ownership chains (Babelfish) has administrators delete them by themselves.
GRANT DELETE ON dbo.LedgerBudgets TO billing_admin;
GRANT DELETE ON dbo.LedgerShares TO billing_admin;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 41) OR OBJECT_ID('dbo.usp_PruneChanges', 'P') IS NULL
RAISERROR('0042-pruned-shares.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 42)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (42, N'0042-pruned-shares.sql');
GO
