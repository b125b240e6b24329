-- Who is connected: one row for each controller, which it keeps fresh. And what re-rating here needs. Each batch may be run again.

IF OBJECT_ID('dbo.Controllers', 'U') IS NULL
CREATE TABLE dbo.Controllers (
  Name           NVARCHAR(60) NOT NULL CONSTRAINT PK_Controllers PRIMARY KEY,
  Host           NVARCHAR(200) NOT NULL,
  Folder         NVARCHAR(400) NOT NULL,
  ProcessId      INT NOT NULL,
  ProgramVersion VARCHAR(40) NOT NULL,
  ConnectedAt    DATETIME2(3) NOT NULL,
  SeenAt         DATETIME2(3) NOT NULL,
  StoppedAt      DATETIME2(3) NULL,
  DirectoryRead  BIGINT NULL,
  RatesRead      BIGINT NULL,
  FreshAt        DATETIME2(3) NULL,
  WaitingRecords INT NOT NULL CONSTRAINT DF_Controllers_WaitingRecords DEFAULT 0,
  WaitingSince   DATETIME2(3) NULL,
  RefusedRecords INT NOT NULL CONSTRAINT DF_Controllers_RefusedRecords DEFAULT 0
);
GO

GRANT SELECT, INSERT, UPDATE ON dbo.Controllers TO billing_controller;
GRANT SELECT ON dbo.Controllers TO billing_report;
GRANT SELECT, DELETE ON dbo.Controllers TO billing_admin;
GRANT SELECT ON dbo.CallPriceHistory TO billing_controller;
GRANT INSERT, UPDATE ON dbo.CallPriceHistory TO billing_admin;
GRANT INSERT, UPDATE ON dbo.Reratings TO billing_admin;
GRANT UPDATE (BilledMs) ON dbo.CallRecords TO billing_admin;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Name', N'Name of the controller (controller.name)'),
    ('Host', N'Machine that it runs on'),
    ('Folder', N'Its data folder (data.dir)'),
    ('ProcessId', N'Its process there'),
    ('ProgramVersion', N'Its version'),
    ('ConnectedAt', N'Since when it has been connected (UTC)'),
    ('SeenAt', N'When it last reported, every few seconds (UTC)'),
    ('StoppedAt', N'When it was stopped (UTC); null: it runs, or was lost'),
    ('DirectoryRead', N'Last Id of dbo.DirectoryChanges that it has copied; null: it copies everything'),
    ('RatesRead', N'Last Id of dbo.RateChanges that it has copied; null: it copies everything'),
    ('FreshAt', N'Its copy of the directory has everything up to this time (UTC, by its clock)'),
    ('WaitingRecords', N'Changes of call records that it has not sent yet'),
    ('WaitingSince', N'Since when the oldest of them has been waiting (UTC); null: none waits'),
    ('RefusedRecords', N'Call records that this server refused, which it has set aside')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.Controllers') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'Controllers', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 18) OR OBJECT_ID('dbo.Controllers', 'U') IS NULL
RAISERROR('0019-controllers.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 19)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (19, N'0019-controllers.sql');
GO
