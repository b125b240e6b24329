-- Billing codes are secrets: report writers read everything about accounts and calls but the code. Administrators, who may read codes,
-- also run the reports. Each batch may be run again, in any order.

-- Column by column, so that a column added later is not readable until someone says so. REVOKE takes back the columns too.
REVOKE SELECT ON dbo.Accounts FROM billing_report;
GRANT SELECT (Id, Name, DepartmentId, CustomerNumbers, Enabled, ValidFrom, ValidUntil, LeastDigits, MostDigits, BlockedPrefixes,
  AllowedPrefixes, AllowedNumbers, AllowedCallTypes, CallerNumber, Anonymous) ON dbo.Accounts TO billing_report;
GO

REVOKE SELECT ON dbo.CallRecords FROM billing_report;
GRANT SELECT (CallId, CalleeLegId, SwitchName, Controller, EntryMode, Extension, ExtensionId, CallerName, AccountId, AccountName,
  DepartmentId, KeyedNumber, CalledNumber, CalledE164, Gateway, CallType, Outcome, Reason, RuleText, HangupCause, StartedAt, DecidedAt,
  BridgedAt, AnsweredAt, EndedAt, BillableMs, ClosedBy, Estimated, Currency, CostMicros, ChargeMicros, PriceArithmetic, Destination,
  Country, PriceKind) ON dbo.CallRecords TO billing_report;
GO

GRANT SELECT ON dbo.SiteClock TO billing_admin;
GRANT SELECT ON dbo.ReportCalls TO billing_admin;
GRANT SELECT ON dbo.ReportCallsLocal TO billing_admin;
GRANT EXECUTE ON dbo.usp_ReportUsage TO billing_admin;
GRANT EXECUTE ON dbo.usp_ReportCalls TO billing_admin;
GRANT EXECUTE ON dbo.usp_ReportTopDestinations TO billing_admin;
GRANT EXECUTE ON dbo.usp_ReportTopCalls TO billing_admin;
GRANT EXECUTE ON dbo.usp_ReportUnusedAccounts TO billing_admin;
GO

-- Noted only where the migration before this one is there: sqlcmd without -b goes on after an error.
IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 9)
RAISERROR('0010-rights.sql is not complete: run the files before it, then this one again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 10)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (10, N'0010-rights.sql');
GO
