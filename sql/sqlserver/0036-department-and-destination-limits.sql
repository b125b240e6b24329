-- How much may be called by a department, and to a destination: as of an account and of a phone. Null, and no hours: no limit. Each batch may be
-- run again.

IF COL_LENGTH('dbo.Departments', 'LongestCallMinutes') IS NULL
ALTER TABLE dbo.Departments ADD LongestCallMinutes INT NULL;
GO
IF COL_LENGTH('dbo.Departments', 'CallsAtATime') IS NULL
ALTER TABLE dbo.Departments ADD CallsAtATime INT NULL;
GO
IF COL_LENGTH('dbo.Departments', 'CallsPerMinute') IS NULL
ALTER TABLE dbo.Departments ADD CallsPerMinute INT NULL;
GO
IF COL_LENGTH('dbo.Departments', 'MinutesPerDay') IS NULL
ALTER TABLE dbo.Departments ADD MinutesPerDay INT NULL;
GO
IF COL_LENGTH('dbo.Departments', 'MinutesPerMonth') IS NULL
ALTER TABLE dbo.Departments ADD MinutesPerMonth INT NULL;
GO
IF COL_LENGTH('dbo.Departments', 'MoneyPerDayMicros') IS NULL
ALTER TABLE dbo.Departments ADD MoneyPerDayMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.Departments', 'MoneyPerMonthMicros') IS NULL
ALTER TABLE dbo.Departments ADD MoneyPerMonthMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.Departments', 'MoneyPerContractMicros') IS NULL
ALTER TABLE dbo.Departments ADD MoneyPerContractMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.Departments', 'HighestPriceMicros') IS NULL
ALTER TABLE dbo.Departments ADD HighestPriceMicros BIGINT NULL;
GO
IF COL_LENGTH('dbo.Departments', 'CallingHours') IS NULL
ALTER TABLE dbo.Departments ADD CallingHours VARCHAR(400) NOT NULL CONSTRAINT DF_Departments_CallingHours DEFAULT '';
GO

IF OBJECT_ID('dbo.CK_Departments_Limits', 'C') IS NULL
ALTER TABLE dbo.Departments ADD CONSTRAINT CK_Departments_Limits CHECK
  (LongestCallMinutes >= 1 AND CallsAtATime >= 1 AND CallsPerMinute >= 1 AND MinutesPerDay >= 1 AND MinutesPerMonth >= 1);
GO
IF OBJECT_ID('dbo.CK_Departments_Money', 'C') IS NULL
ALTER TABLE dbo.Departments ADD CONSTRAINT CK_Departments_Money CHECK
  (MoneyPerDayMicros >= 0 AND MoneyPerMonthMicros >= 0 AND MoneyPerContractMicros >= 0 AND HighestPriceMicros >= 0);
GO

-- Prefixes are first digits of E.164 numbers, without +, separated by commas. One that has neither call types nor prefixes is nowhere.
IF OBJECT_ID('dbo.Destinations', 'U') IS NULL
CREATE TABLE dbo.Destinations (
  Id                     INT IDENTITY(1, 1) NOT NULL CONSTRAINT PK_Destinations PRIMARY KEY,
  Name                   NVARCHAR(200) NOT NULL CONSTRAINT UQ_Destinations_Name UNIQUE,
  CallTypes              VARCHAR(400) NOT NULL CONSTRAINT DF_Destinations_CallTypes DEFAULT '',
  Prefixes               VARCHAR(4000) NOT NULL CONSTRAINT DF_Destinations_Prefixes DEFAULT '',
  LongestCallMinutes     INT NULL,
  CallsAtATime           INT NULL,
  CallsPerMinute         INT NULL,
  MinutesPerDay          INT NULL,
  MinutesPerMonth        INT NULL,
  MoneyPerDayMicros      BIGINT NULL,
  MoneyPerMonthMicros    BIGINT NULL,
  MoneyPerContractMicros BIGINT NULL,
  HighestPriceMicros     BIGINT NULL,
  CallingHours           VARCHAR(400) NOT NULL CONSTRAINT DF_Destinations_CallingHours DEFAULT '',
  CONSTRAINT CK_Destinations_Name CHECK (Name <> N''),
  CONSTRAINT CK_Destinations_Somewhere CHECK (CallTypes <> '' OR Prefixes <> ''),
  CONSTRAINT CK_Destinations_Prefixes CHECK (Prefixes COLLATE Latin1_General_BIN2 NOT LIKE '%[^0-9, ;+]%'),
  CONSTRAINT CK_Destinations_Limits CHECK
    (LongestCallMinutes >= 1 AND CallsAtATime >= 1 AND CallsPerMinute >= 1 AND MinutesPerDay >= 1 AND MinutesPerMonth >= 1),
  CONSTRAINT CK_Destinations_Money CHECK
    (MoneyPerDayMicros >= 0 AND MoneyPerMonthMicros >= 0 AND MoneyPerContractMicros >= 0 AND HighestPriceMicros >= 0)
);
GO

-- Other limits are read before other changes. As one transaction: no change goes by while there is no trigger.
IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 36)
BEGIN
  SET XACT_ABORT ON;
  BEGIN TRANSACTION;
  IF OBJECT_ID('dbo.TR_Departments_Changes', 'TR') IS NOT NULL DROP TRIGGER dbo.TR_Departments_Changes;
  EXEC ('CREATE TRIGGER dbo.TR_Departments_Changes ON dbo.Departments AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.DirectoryChanges (TableName, RowId, Revokes)
SELECT ''departments'', COALESCE(i.Id, d.Id), CASE WHEN d.Id IS NOT NULL AND (i.Id IS NULL
  OR ISNULL(i.LongestCallMinutes, -1) <> ISNULL(d.LongestCallMinutes, -1) OR ISNULL(i.CallsAtATime, -1) <> ISNULL(d.CallsAtATime, -1)
  OR ISNULL(i.CallsPerMinute, -1) <> ISNULL(d.CallsPerMinute, -1) OR ISNULL(i.MinutesPerDay, -1) <> ISNULL(d.MinutesPerDay, -1)
  OR ISNULL(i.MinutesPerMonth, -1) <> ISNULL(d.MinutesPerMonth, -1) OR ISNULL(i.MoneyPerDayMicros, -1) <> ISNULL(d.MoneyPerDayMicros, -1)
  OR ISNULL(i.MoneyPerMonthMicros, -1) <> ISNULL(d.MoneyPerMonthMicros, -1) OR ISNULL(i.MoneyPerContractMicros, -1) <> ISNULL(d.MoneyPerContractMicros, -1)
  OR ISNULL(i.HighestPriceMicros, -1) <> ISNULL(d.HighestPriceMicros, -1) OR i.CallingHours <> d.CallingHours) THEN 1 ELSE 0 END
FROM inserted i FULL OUTER JOIN deleted d ON d.Id = i.Id;');
  COMMIT TRANSACTION;
END;
GO

-- A new one may take something away, too.
IF OBJECT_ID('dbo.TR_Destinations_Changes', 'TR') IS NULL
EXEC ('CREATE TRIGGER dbo.TR_Destinations_Changes ON dbo.Destinations AFTER INSERT, UPDATE, DELETE AS
SET NOCOUNT ON;
INSERT INTO dbo.DirectoryChanges (TableName, RowId, Revokes)
SELECT ''destinations'', COALESCE(i.Id, d.Id), 1 FROM inserted i FULL OUTER JOIN deleted d ON d.Id = i.Id;');
GO

GRANT SELECT ON dbo.Destinations TO billing_controller;
GRANT SELECT ON dbo.Destinations TO billing_report;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.Destinations TO billing_admin;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Table SYSNAME, @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT t.TableName, d.Name, d.Text FROM (VALUES
    ('Id', N'Named by amounts that controllers share (dbo.LedgerBudgets)'),
    ('Name', N'Unique, whatever its case'),
    ('CallTypes', N'Types of the calls, separated by commas; empty: every type'),
    ('Prefixes', N'First digits of E.164 numbers without +, separated by commas; empty: every number'),
    ('LongestCallMinutes', N'Longest conversation in minutes; null: no limit of its own'),
    ('CallsAtATime', N'Maximum number of calls at the same time; null: no limit'),
    ('CallsPerMinute', N'Maximum number of calls in any 60 seconds; null: no limit'),
    ('MinutesPerDay', N'Minutes of conversation a day, site time; null: no limit'),
    ('MinutesPerMonth', N'Minutes of conversation a calendar month, site time; null: no limit'),
    ('MoneyPerDayMicros', N'What calls may cost a day, site time, in millionths of the unit of the currency of their rates; null: no limit'),
    ('MoneyPerMonthMicros', N'What calls may cost a calendar month, in the same; null: no limit'),
    ('MoneyPerContractMicros', N'What all calls may cost in all, in the same; null: no limit'),
    ('HighestPriceMicros', N'Calls whose minute costs more are refused, in the same; null: no limit'),
    ('CallingHours', N'When calls may begin, site time, such as Mon-Fri 08:00-18:00,Sat 09:00-12:00; empty: always')) d (Name, Text)
  CROSS JOIN (VALUES ('Departments'), ('Destinations')) t (TableName)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.' + t.TableName) AND LOWER(c.name) = LOWER(d.Name)
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

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 35) OR COL_LENGTH('dbo.Departments', 'CallingHours') IS NULL
  OR COL_LENGTH('dbo.Departments', 'HighestPriceMicros') IS NULL OR OBJECT_ID('dbo.Destinations', 'U') IS NULL
  OR OBJECT_ID('dbo.TR_Departments_Changes', 'TR') IS NULL OR OBJECT_ID('dbo.TR_Destinations_Changes', 'TR') IS NULL
RAISERROR('0036-department-and-destination-limits.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 36)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (36, N'0036-department-and-destination-limits.sql');
GO
