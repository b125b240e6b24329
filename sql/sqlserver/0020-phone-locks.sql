-- Phones whose codes are not looked at for a while, because too many of them were wrong: shared by all controllers.

IF OBJECT_ID('dbo.PhoneLocks', 'U') IS NULL
CREATE TABLE dbo.PhoneLocks (
  Phone       VARCHAR(40) NOT NULL CONSTRAINT PK_PhoneLocks PRIMARY KEY,
  LockedSince DATETIME2(3) NOT NULL,
  LockedUntil DATETIME2(3) NOT NULL,
  Controller  NVARCHAR(60) NOT NULL
);
GO

GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.PhoneLocks TO billing_controller;
GRANT SELECT, DELETE ON dbo.PhoneLocks TO billing_admin;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Phone', N'Of the phone; * for every phone: codes that are new to one must be keyed twice'),
    ('LockedSince', N'When (UTC)'),
    ('LockedUntil', N'Until when (UTC); delete the row to release the phone'),
    ('Controller', N'Which controller saw the wrong codes')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.PhoneLocks') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'PhoneLocks', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 19) OR OBJECT_ID('dbo.PhoneLocks', 'U') IS NULL
RAISERROR('0020-phone-locks.sql is not complete: run the files before it, then this one again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 20)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (20, N'0020-phone-locks.sql');
GO
