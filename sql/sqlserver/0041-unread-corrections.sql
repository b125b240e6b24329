-- Whoever erases calls does not read billing codes, which corrections have in them; periods are refused by the argument that was given. Each batch may
-- be run again.

-- SQL Server asks for the rights on tables of a procedure's owner; Babelfish asks for those of whoever runs it, and erases nothing without them.
IF SERVERPROPERTY('BabelfishVersion') IS NULL
REVOKE SELECT ON dbo.CallCorrections FROM billing_retention;
GO

IF OBJECT_ID('dbo.usp_ReportPeriod', 'P') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 41)
DROP PROCEDURE dbo.usp_ReportPeriod;
GO

-- The moments of a period: its dates are those of the site.
IF OBJECT_ID('dbo.usp_ReportPeriod', 'P') IS NULL
EXEC ('CREATE PROCEDURE dbo.usp_ReportPeriod
  @FromDate DATE, @UntilDate DATE, @From DATETIME2(3) OUTPUT, @Until DATETIME2(3) OUTPUT
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @First DATE, @Last DATE, @FromName VARCHAR(20), @UntilShort VARCHAR(20), @UntilName VARCHAR(80);
  SELECT @FromName = CASE WHEN @FromDate IS NULL THEN ''@From'' ELSE ''@FromDate'' END,
    @UntilShort = CASE WHEN @UntilDate IS NULL THEN ''@Until'' ELSE ''@UntilDate'' END,
    @UntilName = CASE WHEN @UntilDate IS NULL THEN ''@Until'' ELSE ''@UntilDate, which is the date after the last one'' END;
  SELECT @First = MIN(LocalDate), @Last = MAX(LocalDate) FROM dbo.Dates;
  IF (@FromDate IS NOT NULL AND @From IS NOT NULL) OR (@UntilDate IS NOT NULL AND @Until IS NOT NULL)
  BEGIN
    RAISERROR(''@FromDate and @From, or @UntilDate and @Until, are both given: give dates of the site, or moments in UTC.'', 16, 1);
    RETURN 1;
  END;
  IF @FromDate IS NULL AND @From IS NULL
  BEGIN
    RAISERROR(''@FromDate is missing: the first date of the period, as at the site (or else @From, a moment in UTC).'', 16, 1);
    RETURN 1;
  END;
  IF @UntilDate IS NULL AND @Until IS NULL
  BEGIN
    RAISERROR(''@UntilDate is missing: the date after the last one of the period, as at the site (or else @Until, a moment in UTC).'', 16, 1);
    RETURN 1;
  END;
  IF @FromDate < @First OR @FromDate > @Last OR @From < @First OR @From >= DATEADD(DAY, 1, CAST(@Last AS DATETIME2(3)))
  BEGIN
    RAISERROR(''%s is outside the years 2010 to 2049 of dbo.Dates.'', 16, 1, @FromName);
    RETURN 1;
  END;
  IF @UntilDate < @First OR @UntilDate > @Last OR @Until < @First OR @Until >= DATEADD(DAY, 1, CAST(@Last AS DATETIME2(3)))
  BEGIN
    RAISERROR(''%s is outside the years 2010 to 2049 of dbo.Dates.'', 16, 1, @UntilShort);
    RETURN 1;
  END;
  -- The first day from then on: a date that the site never had (a zone that skipped a day) has no row.
  IF @FromDate IS NOT NULL SELECT @From = MIN(StartsAt) FROM dbo.Dates WHERE LocalDate >= @FromDate;
  IF @UntilDate IS NOT NULL SELECT @Until = MIN(StartsAt) FROM dbo.Dates WHERE LocalDate >= @UntilDate;
  IF @From >= @Until
  BEGIN
    RAISERROR(''%s is not before %s.'', 16, 1, @FromName, @UntilName);
    RETURN 1;
  END;
  RETURN 0;
END;');
GO

GRANT EXECUTE ON dbo.usp_ReportPeriod TO billing_report;
GRANT EXECUTE ON dbo.usp_ReportPeriod TO billing_admin;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 40) OR OBJECT_ID('dbo.usp_ReportPeriod', 'P') IS NULL
RAISERROR('0041-unread-corrections.sql is not complete: mend what the errors above name and run this file again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 41)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (41, N'0041-unread-corrections.sql');
GO
