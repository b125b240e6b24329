-- What each column means, where Management Studio and other tools show it (MS_Description). Descriptions that are there stay. Each batch may be run
-- again.

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Version', N'Number of the file'),
    ('Name', N'Name of the file'),
    ('AppliedAt', N'When it was run (UTC)')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.SchemaMigrations') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'SchemaMigrations', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Id', N'Number of the department'),
    ('Name', N'Unique, regardless of case'),
    ('CallerNumber', N'Shown on the department''s calls, E.164 with +; null: none')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.Departments') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'Departments', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Id', N'Number of the account'),
    ('Code', N'Billing code, 1 to 20 digits; a secret'),
    ('Name', N'Who pays'),
    ('DepartmentId', N'dbo.Departments.Id; null: none'),
    ('CustomerNumbers', N'Numbers on file, separated by commas; # alone calls the first'),
    ('Enabled', N'1: may be used'),
    ('ValidFrom', N'Valid from this moment on (UTC); null: always'),
    ('ValidUntil', N'Valid before this moment (UTC); null: always'),
    ('LeastDigits', N'Minimum number of digits of a called number, without international and national prefix; null: no limit'),
    ('MostDigits', N'Maximum number of digits of a called number, without international and national prefix; null: no limit'),
    ('BlockedPrefixes', N'Never called: prefixes separated by commas, as dialled or E.164 with +'),
    ('AllowedPrefixes', N'Only these may be called, unless this and AllowedNumbers are empty: prefixes separated by commas'),
    ('AllowedNumbers', N'Only these may be called, unless this and AllowedPrefixes are empty: numbers separated by commas'),
    ('AllowedCallTypes', N'Only these call types may be called, unless empty; separated by commas'),
    ('CallerNumber', N'Shown to the called party, E.164 with +; null: of the phone, the department or the site'),
    ('Anonymous', N'1: the called party is shown no number, except on emergency calls')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.Accounts') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'Accounts', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('ImportId', N'One import'),
    ('Code', N'Billing code, 1 to 20 digits; a secret'),
    ('Name', N'Who pays'),
    ('DepartmentId', N'dbo.Departments.Id; null: none'),
    ('CustomerNumbers', N'Numbers on file, separated by commas; # alone calls the first'),
    ('Enabled', N'1: may be used'),
    ('ValidFrom', N'Valid from this moment on (UTC); null: always'),
    ('ValidUntil', N'Valid before this moment (UTC); null: always'),
    ('LeastDigits', N'Minimum number of digits of a called number, without international and national prefix; null: no limit'),
    ('MostDigits', N'Maximum number of digits of a called number, without international and national prefix; null: no limit'),
    ('BlockedPrefixes', N'Never called: prefixes separated by commas, as dialled or E.164 with +'),
    ('AllowedPrefixes', N'Only these may be called, unless this and AllowedNumbers are empty: prefixes separated by commas'),
    ('AllowedNumbers', N'Only these may be called, unless this and AllowedPrefixes are empty: numbers separated by commas'),
    ('AllowedCallTypes', N'Only these call types may be called, unless empty; separated by commas'),
    ('CallerNumber', N'Shown to the called party, E.164 with +; null: of the phone, the department or the site'),
    ('Anonymous', N'1: the called party is shown no number, except on emergency calls')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.AccountsImport') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'AccountsImport', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Id', N'Number of the row'),
    ('Number', N'The phone''s number'),
    ('Name', N'What people call it'),
    ('DepartmentId', N'dbo.Departments.Id; null: none'),
    ('LeastDigits', N'Minimum number of digits of a called number, without international and national prefix; null: no limit'),
    ('MostDigits', N'Maximum number of digits of a called number, without international and national prefix; null: no limit'),
    ('BlockedPrefixes', N'Never called: prefixes separated by commas, as dialled or E.164 with +'),
    ('AllowedPrefixes', N'Only these may be called, unless this and AllowedNumbers are empty: prefixes separated by commas'),
    ('AllowedNumbers', N'Only these may be called, unless this and AllowedPrefixes are empty: numbers separated by commas'),
    ('AllowedCallTypes', N'Only these call types may be called, unless empty; separated by commas'),
    ('CallerNumber', N'Shown to the called party, E.164 with +; null: of the department or the site'),
    ('CallbackNumber', N'Reaches exactly this phone from outside, E.164 with +; shown on emergency calls'),
    ('Place', N'Where the phone is, for emergency notifications'),
    ('DefaultAccountId', N'dbo.Accounts.Id that pays for calls it forwards; null: none')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.Extensions') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'Extensions', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Id', N'Number of the change; a missing one belongs to a transaction that is not over or was rolled back'),
    ('TableName', N'Which kind of row: departments, accounts or extensions'),
    ('RowId', N'Id of the row that changed'),
    ('ChangedAt', N'When (UTC)')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.DirectoryChanges') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'DirectoryChanges', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Id', N'Number of the change; a missing one belongs to a transaction that is not over or was rolled back'),
    ('TableName', N'Which kind of row: tables, accounts, departments or rates'),
    ('RowId', N'Id of the row that changed'),
    ('ChangedAt', N'When (UTC)')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.RateChanges') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'RateChanges', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('CallId', N'Unique id of the calling leg in FreeSWITCH'),
    ('CalleeLegId', N'Unique id of the called leg; null: none'),
    ('SwitchName', N'The FreeSWITCH that had the call'),
    ('Controller', N'The controller that served the call'),
    ('EntryMode', N'prompted, shortcut or direct'),
    ('Extension', N'The calling phone, as sent'),
    ('ExtensionId', N'dbo.Extensions.Id at the time; null: none'),
    ('CallerName', N'Display name of the calling phone'),
    ('AccountId', N'dbo.Accounts.Id that pays; null: none'),
    ('Code', N'Billing code keyed last, known or not; a secret'),
    ('AccountName', N'Name of the account at the time'),
    ('DepartmentId', N'dbo.Departments.Id at the time; null: none'),
    ('KeyedNumber', N'Number as keyed or dialled; codes in it are masked'),
    ('CalledNumber', N'Number as dialled out; null: not dialled'),
    ('CalledE164', N'Number in E.164 with +; null: it has none'),
    ('CallType', N'Type of the called number, from the dial plan'),
    ('Outcome', N'How the call ended'),
    ('Reason', N'Why it was refused or failed; null: neither'),
    ('RuleText', N'The rule that refused it'),
    ('HangupCause', N'Cause of the hangup, as FreeSWITCH names it'),
    ('StartedAt', N'When the call arrived (UTC)'),
    ('DecidedAt', N'When it was allowed or refused (UTC)'),
    ('BridgedAt', N'When it was placed (UTC)'),
    ('AnsweredAt', N'When it was answered (UTC)'),
    ('EndedAt', N'When it ended (UTC); null: it is up'),
    ('BillableMs', N'Answered time, milliseconds'),
    ('ClosedBy', N'Source of the end'),
    ('Estimated', N'1: the end is a best guess'),
    ('Currency', N'ISO 4217; null: no price'),
    ('CostMicros', N'Cost, millionths of the currency'),
    ('ChargeMicros', N'Cost with markup, millionths of the currency'),
    ('PriceArithmetic', N'How the price was calculated'),
    ('Destination', N'Destination of the rate, or else the country'),
    ('Country', N'Country of the called number, ISO 3166'),
    ('PriceKind', N'Of an answered call: priced, free or unrated'),
    ('Gateway', N'Gateway by which it went out last; null: by none')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.CallRecords') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'CallRecords', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('CallId', N'Unique id of the calling leg in FreeSWITCH'),
    ('CalleeLegId', N'Unique id of the called leg; null: none'),
    ('SwitchName', N'The FreeSWITCH that had the call'),
    ('Controller', N'The controller that served the call'),
    ('EntryMode', N'prompted, shortcut or direct'),
    ('Extension', N'The calling phone, as sent'),
    ('ExtensionId', N'dbo.Extensions.Id at the time; null: none'),
    ('CallerName', N'Display name of the calling phone'),
    ('AccountId', N'dbo.Accounts.Id that pays; null: none'),
    ('AccountName', N'Name of the account at the time'),
    ('DepartmentId', N'dbo.Departments.Id at the time; null: none'),
    ('KeyedNumber', N'Number as keyed or dialled; codes in it are masked'),
    ('CalledNumber', N'Number as dialled out; null: not dialled'),
    ('CalledE164', N'Number in E.164 with +; null: it has none'),
    ('CallType', N'Type of the called number, from the dial plan'),
    ('Outcome', N'How the call ended'),
    ('Reason', N'Why it was refused or failed; null: neither'),
    ('RuleText', N'The rule that refused it'),
    ('HangupCause', N'Cause of the hangup, as FreeSWITCH names it'),
    ('StartedAt', N'When the call arrived (UTC)'),
    ('DecidedAt', N'When it was allowed or refused (UTC)'),
    ('BridgedAt', N'When it was placed (UTC)'),
    ('AnsweredAt', N'When it was answered (UTC)'),
    ('EndedAt', N'When it ended (UTC); null: it is up'),
    ('BillableMs', N'Answered time, milliseconds'),
    ('ClosedBy', N'Source of the end'),
    ('Estimated', N'1: the end is a best guess'),
    ('Currency', N'ISO 4217; null: no price'),
    ('CostMicros', N'Cost, millionths of the currency'),
    ('ChargeMicros', N'Cost with markup, millionths of the currency'),
    ('PriceArithmetic', N'How the price was calculated'),
    ('Destination', N'Destination of the rate, or else the country'),
    ('Country', N'Country of the called number, ISO 3166'),
    ('PriceKind', N'Of an answered call: priced, free or unrated'),
    ('Gateway', N'Gateway by which it went out last; null: by none'),
    ('ArchivedAt', N'When it was archived (UTC)')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.CallArchive') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'CallArchive', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Id', N'Number of the table'),
    ('Name', N'Unique'),
    ('Currency', N'ISO 4217'),
    ('RoundingMode', N'half-up, half-even, up or down'),
    ('RoundingUnitMicros', N'Amounts are rounded to multiples of this, millionths'),
    ('MarkupBasisPoints', N'Added to the cost, hundredths of a percent'),
    ('MarkupPerCallMicros', N'Added for each call, millionths'),
    ('Version', N'Only rates with this version apply')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.RateTables') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'RateTables', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Id', N'Always 1'),
    ('TableId', N'dbo.RateTables.Id of calls to which no other is assigned')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.DefaultRateTable') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'DefaultRateTable', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('AccountId', N'dbo.Accounts.Id'),
    ('TableId', N'dbo.RateTables.Id that prices its calls')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.AccountRateTables') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'AccountRateTables', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('DepartmentId', N'dbo.Departments.Id'),
    ('TableId', N'dbo.RateTables.Id that prices its calls')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.DepartmentRateTables') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'DepartmentRateTables', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('TableId', N'dbo.RateTables.Id'),
    ('Version', N'Version that the import made'),
    ('Source', N'Name of the file'),
    ('StartedAt', N'When it began (UTC)'),
    ('FinishedAt', N'When it took effect (UTC); null: it did not'),
    ('Rates', N'Number of rates')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.RateImports') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'RateImports', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Id', N'Number of the rate'),
    ('TableId', N'dbo.RateTables.Id'),
    ('Version', N'Applies while it is the version of the table'),
    ('Prefix', N'Digits that the E.164 number begins with, without +'),
    ('Destination', N'What the prefix reaches'),
    ('ConnectFeeMicros', N'For each answered call, millionths'),
    ('PriceMicros', N'Price a minute, millionths'),
    ('FirstIncrementMs', N'Minimum billed time, milliseconds'),
    ('NextIncrementMs', N'Billed in steps of this beyond the first, milliseconds'),
    ('MinimumChargeMicros', N'Minimum for each call, millionths'),
    ('ValidFrom', N'Answered from this moment on (UTC); null: always'),
    ('ValidUntil', N'Answered before this moment (UTC); null: until a newer rate begins')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.Rates') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'Rates', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Id', N'Number of the move'),
    ('CallId', N'The call'),
    ('MovedAt', N'When (UTC)'),
    ('MovedBy', N'Who moved it'),
    ('Why', N'Reason given'),
    ('FromAccountId', N'Account that paid before; null: none'),
    ('FromAccountName', N'Its name'),
    ('FromDepartmentId', N'Its department'),
    ('ToAccountId', N'Account that pays since'),
    ('ToAccountName', N'Its name'),
    ('ToDepartmentId', N'Its department')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.CallMoves') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'CallMoves', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('ValidFrom', N'From this moment on (UTC)'),
    ('OffsetMinutes', N'How far the site''s time is ahead of UTC')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.SiteClock') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'SiteClock', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('LocalDate', N'Date of the site'),
    ('StartsAt', N'When it begins (UTC)'),
    ('EndsAt', N'When it ends (UTC), exclusive'),
    ('Year', N'Year'),
    ('Quarter', N'1 to 4'),
    ('Month', N'1 to 12'),
    ('Day', N'Day of the month'),
    ('YearMonth', N'As 2026-03'),
    ('IsoWeek', N'As 2026-W10'),
    ('Weekday', N'1: Monday, to 7: Sunday'),
    ('WeekdayName', N'English name'),
    ('IsWeekend', N'1: Saturday or Sunday')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.Dates') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'Dates', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('StartsAt', N'When it begins (UTC)'),
    ('EndsAt', N'When it ends (UTC), exclusive'),
    ('UtcDate', N'Date in UTC'),
    ('LocalDate', N'Date of the site'),
    ('OffsetMinutes', N'How far the site''s time is ahead of UTC')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.DatePieces') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'DatePieces', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF OBJECT_ID('sys.sp_addextendedproperty') IS NOT NULL
BEGIN
  DECLARE @Column SYSNAME, @Text NVARCHAR(400);
  DECLARE described CURSOR LOCAL FAST_FORWARD FOR
  SELECT d.Name, d.Text FROM (VALUES
    ('Id', N'Number of the erasure'),
    ('ErasedAt', N'When (UTC)'),
    ('ErasedBy', N'Login that ran it'),
    ('BeforeDate', N'Calls before this date of the site; null: all'),
    ('AccountId', N'Calls of this account; null: all'),
    ('Extension', N'Calls of this phone; null: all'),
    ('ByNumber', N'1: calls to a number, which is not kept'),
    ('Calls', N'How many calls were erased')) d (Name, Text)
  JOIN sys.columns c ON c.object_id = OBJECT_ID('dbo.Erasures') AND LOWER(c.name) = LOWER(d.Name)
  WHERE NOT EXISTS (SELECT 1 FROM sys.extended_properties p
    WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description');
  OPEN described;
  FETCH NEXT FROM described INTO @Column, @Text;
  WHILE @@FETCH_STATUS = 0
  BEGIN
    EXEC sys.sp_addextendedproperty N'MS_Description', @Text, N'SCHEMA', N'dbo', N'TABLE', N'Erasures', N'COLUMN', @Column;
    FETCH NEXT FROM described INTO @Column, @Text;
  END;
  CLOSE described;
  DEALLOCATE described;
END;
GO

IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 13)
RAISERROR('0014-descriptions.sql is not complete: run the files before it, then this one again.', 16, 1);
ELSE IF NOT EXISTS (SELECT 1 FROM dbo.SchemaMigrations WHERE Version = 14)
INSERT INTO dbo.SchemaMigrations (Version, Name) VALUES (14, N'0014-descriptions.sql');
GO
