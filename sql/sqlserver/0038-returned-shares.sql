-- What controllers have drawn of shared amounts and not spent comes back: they say what they have spent, and give the rest back themselves; of one
-- that is gone, an administrator does (docs/ledger.md). Each batch may be run again.

IF COL_LENGTH('dbo.LedgerShares', 'SpentMicros') IS NULL
ALTER TABLE dbo.LedgerShares ADD SpentMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.LedgerShares', 'Controller') IS NULL
ALTER TABLE dbo.LedgerShares ADD Controller NVARCHAR(60) NULL;
GO

-- Of a controller that will not come back, or not soon. It must not be running: what it has spent and never told cannot be known.
IF OBJECT_ID('dbo.usp_ReturnShares', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReturnShares @Controller NVARCHAR(200) = NULL AS
BEGIN
  SET NOCOUNT ON;
  SET XACT_ABORT ON;
  IF @Controller IS NULL OR @Controller = N''''
  BEGIN
    RAISERROR(''@Controller is missing: its name, as in dbo.Controllers.'', 16, 1);
    RETURN 1;
  END;
  IF EXISTS (SELECT 1 FROM dbo.Controllers WHERE Name = @Controller AND StoppedAt IS NULL AND SeenAt > DATEADD(MINUTE, -2, SYSUTCDATETIME()))
  BEGIN
    RAISERROR(''@Controller: it is connected, and gives back by itself what it does not need: stop it first.'', 16, 1);
    RETURN 1;
  END;
  IF NOT EXISTS (SELECT 1 FROM dbo.LedgerShares WHERE Controller = @Controller)
  BEGIN
    RAISERROR(''@Controller: it has drawn nothing.'', 16, 1);
    RETURN 1;
  END;
  BEGIN TRANSACTION;
  -- From here on nobody else grants of these amounts.
  UPDATE b SET GrantedMicros = b.GrantedMicros FROM dbo.LedgerBudgets b
  WHERE EXISTS (SELECT 1 FROM dbo.LedgerShares s WHERE s.BudgetKey = b.BudgetKey AND s.Controller = @Controller);
  UPDATE b SET GrantedMicros = b.GrantedMicros - r.Unspent
  FROM dbo.LedgerBudgets b JOIN (SELECT BudgetKey, SUM(GrantedMicros - SpentMicros) AS Unspent FROM dbo.LedgerShares
    WHERE Controller = @Controller AND SpentMicros < GrantedMicros GROUP BY BudgetKey) r ON r.BudgetKey = b.BudgetKey
  WHERE b.GrantedMicros >= r.Unspent;
  SELECT BudgetKey, GrantedMicros - SpentMicros AS ReturnedMicros FROM dbo.LedgerShares
  WHERE Controller = @Controller AND SpentMicros < GrantedMicros ORDER BY BudgetKey;
  UPDATE dbo.LedgerShares SET GrantedMicros = SpentMicros WHERE Controller = @Controller AND SpentMicros < GrantedMicros;
  COMMIT TRANSACTION;
  RETURN 0;
END;');
GO

GRANT EXECUTE ON dbo.usp_ReturnShares TO billing_admin;
-- An engine without ownership chains (Babelfish) has administrators change them by themselves.
GRANT SELECT, UPDATE ON dbo.LedgerBudgets TO billing_admin;
GRANT SELECT, UPDATE ON dbo.LedgerShares TO billing_admin;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('LedgerShares', 'SpentMicros', N'What calls of that controller have cost or reserved of it, as it said last, in millionths; null: it has not said'),
    ('LedgerShares', 'Controller', N'Name of the controller that drew last; null: before there was this column'))
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 37) OR COL_LENGTH('dbo.LedgerShares', 'SpentMicros') IS NULL
  OR COL_LENGTH('dbo.LedgerShares', 'Controller') IS NULL OR OBJECT_ID('dbo.usp_ReturnShares', 'P') IS NULL
RAISERROR('0038-returned-shares.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 38)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (38, N'0038-returned-shares.sql');
GO
