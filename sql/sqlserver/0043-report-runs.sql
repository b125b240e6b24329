-- Scheduled reports that several controllers have in their configuration: one of them makes each (docs/reports.md). Each batch may be run again.

IF OBJECT_ID('dbo.ReportRuns', 'U') IS NULL
CREATE TABLE dbo.ReportRuns (
  Schedule    NVARCHAR(60) COLLATE Latin1_General_BIN2 NOT NULL,
  DueAt       DATETIME2(3) NOT NULL,
  Controller  NVARCHAR(60) NOT NULL,
  ClaimedAt   DATETIME2(3) NOT NULL,
  DeliveredAt DATETIME2(3) NULL,
  CONSTRAINT PK_ReportRuns PRIMARY KEY (Schedule, DueAt)
);
GO

IF OBJECT_ID('dbo.ReportRecipients', 'U') IS NULL
CREATE TABLE dbo.ReportRecipients (
  Schedule    NVARCHAR(60) COLLATE Latin1_General_BIN2 NOT NULL,
  DueAt       DATETIME2(3) NOT NULL,
  Recipient   NVARCHAR(350) COLLATE Latin1_General_BIN2 NOT NULL,
  Controller  NVARCHAR(60) NOT NULL,
  DeliveredAt DATETIME2(3) NOT NULL,
  CONSTRAINT PK_ReportRecipients PRIMARY KEY (Schedule, DueAt, Recipient)
);
GO

GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.ReportRuns TO billing_controller;
GRANT SELECT, INSERT, DELETE ON dbo.ReportRecipients TO billing_controller;
GRANT SELECT ON dbo.ReportRuns TO billing_admin;
GRANT SELECT ON dbo.ReportRecipients TO billing_admin;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.TableName, d.Name, d.Text FROM (VALUES
    ('ReportRuns', 'Schedule', N'Name of the schedule (reports.schedules)'),
    ('ReportRuns', 'DueAt', N'When it was due (UTC)'),
    ('ReportRuns', 'Controller', N'Which controller makes it, or made it'),
    ('ReportRuns', 'ClaimedAt', N'When that controller last began a try or a mail (UTC)'),
    ('ReportRuns', 'DeliveredAt', N'When everybody had it (UTC); null: not yet'),
    ('ReportRecipients', 'Schedule', N'As in dbo.ReportRuns'),
    ('ReportRecipients', 'DueAt', N'As in dbo.ReportRuns'),
    ('ReportRecipients', 'Recipient', N'Who has it: account, department or client, and address; or a folder'),
    ('ReportRecipients', 'Controller', N'Which controller delivered it'),
    ('ReportRecipients', 'DeliveredAt', N'When (UTC)')) d (TableName, Name, Text)
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 42) OR OBJECT_ID('dbo.ReportRuns', 'U') IS NULL
  OR OBJECT_ID('dbo.ReportRecipients', 'U') IS NULL
RAISERROR('0043-report-runs.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 43)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (43, N'0043-report-runs.sql');
GO
