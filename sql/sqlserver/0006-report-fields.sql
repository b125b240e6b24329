-- What reports group by and records lacked: the destination (of the rate, or else the country's name), the country of the number (ISO 3166),
-- and whether an answered call is priced, free, or unrated (price unknown). Each batch may be run again.

IF COL_LENGTH('dbo.CallRecords', 'Destination') IS NULL
ALTER TABLE dbo.CallRecords ADD Destination NVARCHAR(200) NULL;
GO
IF COL_LENGTH('dbo.CallRecords', 'Country') IS NULL
ALTER TABLE dbo.CallRecords ADD Country CHAR(2) NULL;
GO
IF COL_LENGTH('dbo.CallRecords', 'PriceKind') IS NULL
ALTER TABLE dbo.CallRecords ADD PriceKind VARCHAR(10) NULL;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 6)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (6, N'0006-report-fields.sql');
GO
