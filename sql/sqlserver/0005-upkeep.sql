-- What keeps the tables of changes small. Each controller remembers how far it has read; one that was away for longer than
-- what is kept here copies the whole directory once more.

IF OBJECT_ID('dbo.usp_PruneChanges', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_PruneChanges @Days INT = 30 AS
BEGIN
  SET NOCOUNT ON;
  IF @Days < 1
  BEGIN
    RAISERROR(''@Days must be 1 or more: controllers may still need the changes of today'', 16, 1);
    RETURN;
  END;
  DECLARE @Before DATETIME2(3);
  DECLARE @Last BIGINT;
  SET @Before = DATEADD(DAY, -@Days, SYSUTCDATETIME());
  -- The newest stays, however old: it tells controllers that they have read all.
  SELECT @Last = MAX(Id) FROM dbo.DirectoryChanges;
  DELETE FROM dbo.DirectoryChanges WHERE ChangedAt < @Before AND Id < @Last;
  SELECT @Last = MAX(Id) FROM dbo.RateChanges;
  DELETE FROM dbo.RateChanges WHERE ChangedAt < @Before AND Id < @Last;
END;');
GO

GRANT EXECUTE ON dbo.usp_PruneChanges TO billing_admin;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 5)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (5, N'0005-upkeep.sql');
GO
