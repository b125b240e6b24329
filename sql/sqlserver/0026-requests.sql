-- What a DBA asks of the controllers: calls to be moved to another account, and calls of a period to be priced again. A price is made by
-- the controllers alone, so these procedures check and note what is asked, and a controller carries it out. Each batch may be run again.

IF OBJECT_ID('dbo.Requests', 'U') IS NULL
CREATE TABLE dbo.Requests (
  Id           INT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_Requests PRIMARY KEY,
  Kind         VARCHAR(10) NOT NULL,
  AskedBy      NVARCHAR(128) NOT NULL CONSTRAINT DF_Requests_AskedBy DEFAULT ORIGINAL_LOGIN(),
  AskedAt      DATETIME2(3) NOT NULL CONSTRAINT DF_Requests_AskedAt DEFAULT SYSUTCDATETIME(),
  Why          NVARCHAR(400) NOT NULL,
  CallId       VARCHAR(80) NULL,
  ToAccountId  INT NULL,
  FromTime     DATETIME2(3) NULL,
  UntilTime    DATETIME2(3) NULL,
  RateTableId  INT NULL,
  Controller   NVARCHAR(60) NULL,
  ClaimedUntil DATETIME2(3) NULL,
  Claims       INT NOT NULL CONSTRAINT DF_Requests_Claims DEFAULT 0,
  DoneAt       DATETIME2(3) NULL,
  Outcome      VARCHAR(10) NULL,
  Result       NVARCHAR(400) NULL,
  MoveId       INT NULL,
  ReratingId   INT NULL,
  CONSTRAINT CK_Requests_Kind CHECK ((Kind = 'move' AND CallId IS NOT NULL AND ToAccountId IS NOT NULL)
    OR (Kind = 'rerate' AND FromTime < UntilTime)),
  CONSTRAINT CK_Requests_Why CHECK (Why <> N''),
  CONSTRAINT CK_Requests_Outcome CHECK (Outcome IN ('done', 'refused'))
);
GO

-- What is not done, in the order in which it was asked. Without a filter, as 0012-growth.sql says.
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID('dbo.Requests') AND LOWER(name) LIKE 'ix_requests_doneat%')
CREATE INDEX IX_Requests_DoneAt ON dbo.Requests (DoneAt, Id);
GO

-- Somebody asks in his own name, and only asks: an engine without ownership chains (Babelfish) has administrators insert here by
-- themselves. What was asked is never changed.
IF OBJECT_ID('dbo.TR_Requests_Asked', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_Requests_Asked ON dbo.Requests AFTER INSERT AS
SET NOCOUNT ON;
IF EXISTS (SELECT 1 FROM inserted WHERE AskedBy <> ORIGINAL_LOGIN() OR Claims <> 0 OR Controller IS NOT NULL OR ClaimedUntil IS NOT NULL
  OR DoneAt IS NOT NULL OR Outcome IS NOT NULL OR Result IS NOT NULL OR MoveId IS NOT NULL OR ReratingId IS NOT NULL)
BEGIN
  RAISERROR (''dbo.Requests: use dbo.usp_MoveCall and dbo.usp_RerateCalls.'', 16, 1);
  ROLLBACK TRANSACTION;
END;');
GO

IF OBJECT_ID('dbo.TR_Requests_Stay', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_Requests_Stay ON dbo.Requests AFTER UPDATE AS
SET NOCOUNT ON;
IF EXISTS (SELECT 1 FROM deleted d LEFT JOIN inserted i ON i.Id = d.Id
  WHERE i.Id IS NULL OR i.Kind <> d.Kind OR i.AskedBy <> d.AskedBy OR i.AskedAt <> d.AskedAt OR i.Why <> d.Why OR d.DoneAt IS NOT NULL
    OR ISNULL(i.CallId, '''') <> ISNULL(d.CallId, '''') OR ISNULL(i.ToAccountId, 0) <> ISNULL(d.ToAccountId, 0)
    OR ISNULL(i.FromTime, ''0001-01-01'') <> ISNULL(d.FromTime, ''0001-01-01'')
    OR ISNULL(i.UntilTime, ''0001-01-01'') <> ISNULL(d.UntilTime, ''0001-01-01'') OR ISNULL(i.RateTableId, 0) <> ISNULL(d.RateTableId, 0))
BEGIN
  RAISERROR (''dbo.Requests: what was asked, and what came of it, is never changed.'', 16, 1);
  ROLLBACK TRANSACTION;
END;');
GO

-- Every request and how far it is, with the site''s time.
IF OBJECT_ID('dbo.RequestStates', 'V') IS NULL
EXEC ('CREATE VIEW dbo.RequestStates AS
SELECT r.Id AS RequestId, r.Kind,
  CASE WHEN r.Outcome IS NOT NULL THEN r.Outcome
    WHEN r.Controller IS NOT NULL AND r.ClaimedUntil > SYSUTCDATETIME() THEN ''taken-up'' ELSE ''waiting'' END AS State,
  r.Result, r.AskedBy, r.AskedAt,
  DATEADD(MINUTE, ISNULL((SELECT TOP (1) p.OffsetMinutes FROM dbo.DatePieces p WHERE p.StartsAt <= r.AskedAt ORDER BY p.StartsAt DESC), 0),
    r.AskedAt) AS AskedLocal,
  r.Why, r.CallId, r.ToAccountId, a.Name AS ToAccount, r.FromTime, r.UntilTime, t.Name AS RateTable, r.Controller, r.DoneAt,
  DATEADD(MINUTE, ISNULL((SELECT TOP (1) p.OffsetMinutes FROM dbo.DatePieces p WHERE p.StartsAt <= r.DoneAt ORDER BY p.StartsAt DESC), 0),
    r.DoneAt) AS DoneLocal,
  r.MoveId, r.ReratingId
FROM dbo.Requests r LEFT JOIN dbo.Accounts a ON a.Id = r.ToAccountId LEFT JOIN dbo.RateTables t ON t.Id = r.RateTableId;');
GO

-- Longer than the columns: what does not fit is refused, not cut off.
IF OBJECT_ID('dbo.usp_MoveCall', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_MoveCall
  @CallId VARCHAR(200) = NULL, @ToAccountName NVARCHAR(400) = NULL, @ToAccountId INT = NULL, @Why NVARCHAR(1000) = NULL,
  @RequestId INT = NULL OUTPUT
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @Accounts INT, @PaidBy INT, @EndedAt DATETIME2(3), @Found INT;
  SET @RequestId = NULL;
  SET @Why = LTRIM(RTRIM(@Why));
  IF @CallId IS NULL OR @CallId = ''''
  BEGIN
    RAISERROR(''@CallId is missing: the id of the call, as in dbo.CallRecords and in reports.'', 16, 1);
    RETURN 1;
  END;
  SELECT @Found = COUNT(*), @PaidBy = MAX(AccountId), @EndedAt = MAX(EndedAt) FROM dbo.CallRecords WHERE CallId = @CallId;
  IF @Found = 0
  BEGIN
    RAISERROR(''@CallId: there is no call of this id in dbo.CallRecords.'', 16, 1);
    RETURN 1;
  END;
  IF @EndedAt IS NULL
  BEGIN
    RAISERROR(''@CallId: the call is still up: move it once it is over.'', 16, 1);
    RETURN 1;
  END;
  IF (@ToAccountName IS NULL AND @ToAccountId IS NULL) OR (@ToAccountName IS NOT NULL AND @ToAccountId IS NOT NULL)
  BEGIN
    RAISERROR(''@ToAccountName or @ToAccountId is missing: the account that pays, by one of the two.'', 16, 1);
    RETURN 1;
  END;
  IF @ToAccountName IS NOT NULL
  BEGIN
    SELECT @Accounts = COUNT(*), @ToAccountId = MIN(Id) FROM dbo.Accounts WHERE Name = @ToAccountName;
    IF @Accounts = 0
    BEGIN
      RAISERROR(''@ToAccountName: there is no account of this name.'', 16, 1);
      RETURN 1;
    END;
    IF @Accounts > 1
    BEGIN
      RAISERROR(''@ToAccountName: several accounts have this name: give @ToAccountId.'', 16, 1);
      RETURN 1;
    END;
  END
  ELSE IF NOT EXISTS (SELECT 1 FROM dbo.Accounts WHERE Id = @ToAccountId)
  BEGIN
    RAISERROR(''@ToAccountId: there is no account of this id.'', 16, 1);
    RETURN 1;
  END;
  IF @PaidBy = @ToAccountId
  BEGIN
    RAISERROR(''@CallId: the call is already charged to this account.'', 16, 1);
    RETURN 1;
  END;
  IF @Why IS NULL OR @Why = N'''' OR LEN(@Why) > 400
  BEGIN
    RAISERROR(''@Why is missing or too long: say in 1 to 400 characters why the call is moved.'', 16, 1);
    RETURN 1;
  END;
  INSERT INTO dbo.Requests (Kind, Why, CallId, ToAccountId) VALUES (''move'', @Why, @CallId, @ToAccountId);
  SET @RequestId = SCOPE_IDENTITY();
  SELECT @RequestId AS RequestId;
  RETURN 0;
END;');
GO

IF OBJECT_ID('dbo.usp_RerateCalls', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_RerateCalls
  @FromDate DATE = NULL, @UntilDate DATE = NULL, @Why NVARCHAR(1000) = NULL, @RateTable NVARCHAR(400) = NULL,
  @From DATETIME2(3) = NULL, @Until DATETIME2(3) = NULL, @RequestId INT = NULL OUTPUT
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @Wrong INT, @RateTableId INT;
  SET @RequestId = NULL;
  SET @Why = LTRIM(RTRIM(@Why));
  EXEC @Wrong = dbo.usp_ReportPeriod @FromDate, @UntilDate, @From OUTPUT, @Until OUTPUT;
  IF @Wrong <> 0 RETURN 1;
  IF @RateTable IS NOT NULL
  BEGIN
    SELECT @RateTableId = MIN(Id) FROM dbo.RateTables WHERE LOWER(Name) = LOWER(@RateTable);
    IF @RateTableId IS NULL
    BEGIN
      RAISERROR(''@RateTable: there is no rate table of this name.'', 16, 1);
      RETURN 1;
    END;
  END;
  IF @Why IS NULL OR @Why = N'''' OR LEN(@Why) > 400
  BEGIN
    RAISERROR(''@Why is missing or too long: say in 1 to 400 characters why the calls are priced again.'', 16, 1);
    RETURN 1;
  END;
  INSERT INTO dbo.Requests (Kind, Why, FromTime, UntilTime, RateTableId) VALUES (''rerate'', @Why, @From, @Until, @RateTableId);
  SET @RequestId = SCOPE_IDENTITY();
  SELECT @RequestId AS RequestId;
  RETURN 0;
END;');
GO

GRANT EXECUTE ON dbo.usp_MoveCall TO billing_admin;
GRANT EXECUTE ON dbo.usp_RerateCalls TO billing_admin;
GRANT SELECT, INSERT ON dbo.Requests TO billing_admin;
GRANT SELECT ON dbo.RequestStates TO billing_admin;
GRANT SELECT ON dbo.Requests TO billing_report;
GRANT SELECT ON dbo.RequestStates TO billing_report;
GO

-- A controller carries out what was asked: it moves calls and prices them again.
GRANT SELECT, UPDATE ON dbo.Requests TO billing_controller;
GRANT INSERT ON dbo.CallMoves TO billing_controller;
GRANT INSERT, UPDATE ON dbo.CallPriceHistory TO billing_controller;
GRANT SELECT, INSERT, UPDATE ON dbo.Reratings TO billing_controller;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Id', N'Number of the request'),
    ('Kind', N'move: a call to another account; rerate: calls are priced again'),
    ('AskedBy', N'Login of whoever asked'),
    ('AskedAt', N'When (UTC)'),
    ('Why', N'The reason that was given'),
    ('CallId', N'Of a move: dbo.CallRecords.CallId'),
    ('ToAccountId', N'Of a move: dbo.Accounts.Id of the account that is to pay'),
    ('FromTime', N'Of a re-rating: of the calls'' start (UTC), inclusive'),
    ('UntilTime', N'Of a re-rating: exclusive'),
    ('RateTableId', N'Of a re-rating: only calls that this table prices, dbo.RateTables.Id; null: all'),
    ('Controller', N'Which controller has it, or had it last; null: none'),
    ('ClaimedUntil', N'Until when (UTC) no other controller takes it up'),
    ('Claims', N'How often it was taken up'),
    ('DoneAt', N'When it was carried out or refused (UTC); null: it is not'),
    ('Outcome', N'done or refused; null: neither so far'),
    ('Result', N'What came of it, or why it could not be done'),
    ('MoveId', N'dbo.CallMoves.Id; null: none'),
    ('ReratingId', N'dbo.Reratings.Id; null: no price changed')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.Requests') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'Requests', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 25) OR OBJECT_ID('dbo.Requests', 'U') IS NULL
  OR OBJECT_ID('dbo.TR_Requests_Asked', 'TR') IS NULL OR OBJECT_ID('dbo.TR_Requests_Stay', 'TR') IS NULL
  OR OBJECT_ID('dbo.RequestStates', 'V') IS NULL OR OBJECT_ID('dbo.usp_MoveCall', 'P') IS NULL OR OBJECT_ID('dbo.usp_RerateCalls', 'P') IS NULL
RAISERROR('0026-requests.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 26)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (26, N'0026-requests.sql');
GO
