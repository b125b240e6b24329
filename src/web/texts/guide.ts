export const guideTexts = {
  title: 'First steps',
  says: 'What it takes until the first call is billed. Each step shows how it stands now; load the page again to look once more.',
  done: 'done',
  open: 'to do',
  optional: 'as you like',
  wrong: 'look at this',
  records: '1. Where everything is kept',
  embedded: (file: string) =>
    `In one local file, in ${file}. Nothing else is needed, and it can stay so: one controller, any number of calls.`,
  toSqlServer:
    'For several controllers, or a database of your own, connect SQL Server (sql/README.md): set these, make its tables, carry over what is here, and start again.',
  toSqlServerHow:
    'export BILLING_SQLSERVER_SERVER=sql.example.org BILLING_SQLSERVER_DATABASE=billing\nexport BILLING_SQLSERVER_USER=… BILLING_SQLSERVER_PASSWORD=…\nbilling-codes migrate\nbilling-codes move-to-sqlserver --dry-run',
  sqlServerUp: 'SQL Server is the system of record, and is reachable.',
  sqlServerDown:
    'SQL Server is configured and not reachable: calls go on by the copy here, and nothing can be changed.',
  freeSwitch: '2. FreeSWITCH',
  listens: 'The controller listens on',
  notYet: 'not yet',
  connections: 'Connections since the start',
  connectionsText: (accepted: number, refused: number) =>
    `${accepted} accepted${refused === 0 ? '' : `, ${refused} refused: is their address in esl.allow?`}`,
  lastCall: 'Last call from FreeSWITCH',
  noCall: 'none yet',
  eventSocket: 'Its own event socket',
  noEventSocket: 'not configured (freeswitch.host); it tells which calls are still up after a restart',
  copySays:
    'On the machine of FreeSWITCH, in the folder of this program. It shows what it would copy and change, and asks first:',
  copyHow: 'billing-codes install --dry-run\nbilling-codes install\nbilling-codes doctor',
  controllersSay: 'In vars_billing.xml, FreeSWITCH is told where this controller is:',
  codes: '3. Billing codes',
  codesThere: 'There are accounts; a caller keys the code of one of them.',
  noCodes: 'There is no account yet, so every call that needs a code is refused.',
  importAccounts: 'Import accounts from a file',
  addAccount: 'Add one account',
  addExtension: 'Add an extension',
  call: '4. Place a call',
  callSays:
    'The simulator calls this controller as FreeSWITCH would, keys the code and the number, and talks for two seconds. Nobody is called. It is recorded and charged like any other call.',
  account: 'Account (name or code)',
  number: 'Number, as the caller would key it',
  extension: 'From extension',
  place: 'Place the call',
  accountNeeded: 'Enter the account that pays',
  numberNeeded: 'Enter a number of 1 to 30 digits',
  extensionNeeded: 'Enter the number of an extension, such as 201',
  emergency: 'This is an emergency number: people would be notified of the call. Enter another one',
  noRecord: (callId: string) =>
    `The call was placed, and its record is not there yet. It will be at /calls/${callId} once it is written.`,
};
