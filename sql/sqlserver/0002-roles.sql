-- Three roles, each with only the rights it needs: give a controller's login billing_controller, a report writer's billing_report, an
-- administrator's billing_admin. An administrator may write to dbo.DirectoryChanges because an engine without ownership chains
-- (Babelfish) runs triggers and procedures with the rights of the caller.

IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = 'billing_controller')
EXEC ('CREATE ROLE billing_controller');
GO
IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = 'billing_report')
EXEC ('CREATE ROLE billing_report');
GO
IF NOT EXISTS (SELECT 1 FROM sys.database_principals WHERE name = 'billing_admin')
EXEC ('CREATE ROLE billing_admin');
GO

GRANT SELECT ON dbo.SchemaMigrations TO billing_controller;
GRANT SELECT ON dbo.Departments TO billing_controller;
GRANT SELECT ON dbo.Accounts TO billing_controller;
GRANT SELECT ON dbo.Extensions TO billing_controller;
GRANT SELECT ON dbo.DirectoryChanges TO billing_controller;
GRANT SELECT, INSERT, UPDATE ON dbo.CallRecords TO billing_controller;
GO

GRANT SELECT ON dbo.SchemaMigrations TO billing_report;
GRANT SELECT ON dbo.Departments TO billing_report;
GRANT SELECT ON dbo.Accounts TO billing_report;
GRANT SELECT ON dbo.Extensions TO billing_report;
GRANT SELECT ON dbo.CallRecords TO billing_report;
GO

GRANT SELECT ON dbo.SchemaMigrations TO billing_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.Departments TO billing_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.Accounts TO billing_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.Extensions TO billing_admin;
GRANT SELECT, INSERT, DELETE ON dbo.DirectoryChanges TO billing_admin;
GRANT SELECT ON dbo.CallRecords TO billing_admin;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 2)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (2, N'0002-roles.sql');
GO
