-- The number that a call goes out with: within the United States, it decides by its state what the call costs. Each batch may be run again.

IF COL_LENGTH('dbo.CallRecords', 'CallingNumber') IS NULL
ALTER TABLE dbo.CallRecords ADD CallingNumber VARCHAR(20) NULL;
GO
GRANT SELECT (CallingNumber, PriceBasis, Uncoded) ON dbo.CallRecords TO billing_report;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sys.extended_properties p
  JOIN sys.columns c ON c.object_id = p.major_id AND c.column_id = p.minor_id AND LOWER(c.name) = 'callingnumber'
  WHERE p.class = 1 AND p.major_id = OBJECT_ID('dbo.CallRecords') AND p.name = 'MS_Description')
EXEC sys.sp_addextendedproperty N'MS_Description', N'The number that the call goes out with, E.164; null: the phone''s own, or nobody knows',
  N'SCHEMA', N'dbo', N'TABLE', N'CallRecords', N'COLUMN', N'CallingNumber';
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 28) OR COL_LENGTH('dbo.CallRecords', 'CallingNumber') IS NULL
RAISERROR('0029-calling-numbers.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 29)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (29, N'0029-calling-numbers.sql');
GO
