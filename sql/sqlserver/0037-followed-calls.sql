-- Calls that were over and were changed after that (moved, rated again, corrected): the controllers that had them follow, and so do their ledgers
-- (docs/ledger.md). Each batch may be run again.

IF OBJECT_ID('dbo.CallChanges', 'U') IS NULL
CREATE TABLE dbo.CallChanges (
  Id        BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_CallChanges PRIMARY KEY,
  CallId    VARCHAR(80) NOT NULL,
  ChangedAt DATETIME2(3) NOT NULL CONSTRAINT DF_CallChanges_ChangedAt DEFAULT SYSUTCDATETIME()
);
GO

-- Readers that skip locked rows would wait for a lock of the whole table.
IF EXISTS (SELECT 1 FROM sys.tables WHERE object_id = OBJECT_ID('dbo.CallChanges') AND lock_escalation_desc <> 'DISABLE')
ALTER TABLE dbo.CallChanges SET (LOCK_ESCALATION = DISABLE);
GO

IF OBJECT_ID('dbo.TR_CallRecords_Changes', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_CallRecords_Changes ON dbo.CallRecords AFTER UPDATE AS
SET NOCOUNT ON;
INSERT INTO dbo.CallChanges (CallId)
SELECT i.CallId FROM inserted i JOIN deleted d ON d.CallId = i.CallId
WHERE d.EndedAt IS NOT NULL AND (ISNULL(i.AccountId, 0) <> ISNULL(d.AccountId, 0) OR ISNULL(i.DepartmentId, 0) <> ISNULL(d.DepartmentId, 0)
  OR i.BillableMs <> d.BillableMs OR ISNULL(i.Currency, '''') <> ISNULL(d.Currency, '''') OR ISNULL(i.PriceKind, '''') <> ISNULL(d.PriceKind, '''')
  OR ISNULL(i.ChargeMicros, -1) <> ISNULL(d.ChargeMicros, -1) OR ISNULL(i.CostMicros, -1) <> ISNULL(d.CostMicros, -1)
  OR ISNULL(i.AnsweredAt, ''0001-01-01'') <> ISNULL(d.AnsweredAt, ''0001-01-01'')
  OR ISNULL(i.EndedAt, ''0001-01-01'') <> ISNULL(d.EndedAt, ''0001-01-01'') OR ISNULL(i.Outcome, '''') <> ISNULL(d.Outcome, ''''));');
GO

-- As 0034-erasing-everywhere.sql has it, with the changes of calls.
IF OBJECT_ID('dbo.usp_PruneChanges', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 37)
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
END;');
GO

-- What each call was charged in the ledgers of all controllers, by who pays and in what unit, where its record does not say the same: nothing,
-- once all controllers have sent and followed what there is. Calls that are up, and those whose records are gone, are not compared.
IF OBJECT_ID('dbo.LedgerDisagreements', 'V') IS NULL
EXEC ('CREATE VIEW dbo.LedgerDisagreements AS
SELECT b.CallId, b.Unit, b.Account, SUM(b.Posted) AS Posted, SUM(b.Owed) AS Owed FROM (
  SELECT t.CallId, t.Unit, CASE WHEN t.Debit = ''used'' THEN t.Credit ELSE t.Debit END AS Account,
    CASE WHEN t.Debit = ''used'' THEN -t.Amount ELSE t.Amount END AS Posted, CAST(0 AS BIGINT) AS Owed
  FROM dbo.LedgerTransfers t JOIN dbo.CallRecords c ON c.CallId = t.CallId AND c.EndedAt IS NOT NULL
  WHERE t.Kind IN (''post'', ''single'')
  UNION ALL
  SELECT c.CallId, u.Unit, ISNULL(''account:'' + CAST(c.AccountId AS VARCHAR(12)), ''nobody''), 0,
    CASE u.Unit WHEN ''calls'' THEN 1 ELSE c.BillableMs END
  FROM dbo.CallRecords c CROSS JOIN (VALUES (''calls''), (''seconds'')) u (Unit)
  WHERE c.EndedAt IS NOT NULL AND (c.BridgedAt IS NOT NULL OR c.AnsweredAt IS NOT NULL) AND ISNULL(c.CallType, '''') <> ''emergency''
    AND EXISTS (SELECT 1 FROM dbo.LedgerTransfers t WHERE t.CallId = c.CallId)
  UNION ALL
  SELECT c.CallId, c.Currency, ISNULL(''account:'' + CAST(c.AccountId AS VARCHAR(12)), ''nobody''), 0, c.ChargeMicros
  FROM dbo.CallRecords c
  WHERE c.EndedAt IS NOT NULL AND c.Currency IS NOT NULL AND c.ChargeMicros > 0 AND ISNULL(c.CallType, '''') <> ''emergency''
    AND EXISTS (SELECT 1 FROM dbo.LedgerTransfers t WHERE t.CallId = c.CallId)) b
GROUP BY b.CallId, b.Unit, b.Account HAVING SUM(b.Posted) <> SUM(b.Owed);');
GO

-- An engine without ownership chains (Babelfish) has whoever changes a call insert here.
GRANT SELECT, INSERT ON dbo.CallChanges TO billing_controller;
GRANT SELECT, INSERT, DELETE ON dbo.CallChanges TO billing_admin;
GRANT INSERT ON dbo.CallChanges TO billing_retention;
GRANT EXECUTE ON dbo.usp_PruneChanges TO billing_admin;
GRANT SELECT ON dbo.LedgerDisagreements TO billing_admin;
GRANT SELECT ON dbo.LedgerDisagreements TO billing_report;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('CallChanges', 'Id', N'1, 2, 3 …: controllers read on from the last one'),
    ('CallChanges', 'CallId', N'A call that was over, and was moved, rated again or corrected'),
    ('CallChanges', 'ChangedAt', N'When (UTC)'))
    d (TableName, Name, Text)
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 36) OR OBJECT_ID('dbo.CallChanges', 'U') IS NULL
  OR OBJECT_ID('dbo.TR_CallRecords_Changes', 'TR') IS NULL OR OBJECT_ID('dbo.usp_PruneChanges', 'P') IS NULL
  OR OBJECT_ID('dbo.LedgerDisagreements', 'V') IS NULL
RAISERROR('0037-followed-calls.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 37)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (37, N'0037-followed-calls.sql');
GO
