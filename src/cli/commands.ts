/** Runs a command and returns its exit code. */
export type Run = (args: string[]) => Promise<number>;

export type CommandEntry = {
  name: string;
  /** Another name that people try. */
  also?: string;
  summary: string;
  load(): Promise<Run>;
};

/** Every command; its file is loaded when it is called. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'start',
    summary: 'run the controller',
    load: async () => (await import('./start.ts')).run,
  },
  {
    name: 'demo',
    summary: 'place sample calls on a temporary database and show them',
    load: async () => (await import('./demo/demo.ts')).run,
  },
  {
    name: 'call',
    summary: 'a phone in the terminal, against a running controller',
    load: async () => (await import('./call/call.ts')).run,
  },
  {
    name: 'accounts',
    summary: 'add, list, import and disable billing codes',
    load: async () => (await import('./accounts/accounts.ts')).run,
  },
  {
    name: 'extensions',
    summary: 'add, list, import and remove phones',
    load: async () => (await import('./extensions/extensions.ts')).run,
  },
  {
    name: 'departments',
    summary: 'add, rename, list and remove departments',
    load: async () => (await import('./departments/departments.ts')).run,
  },
  {
    name: 'destinations',
    summary: 'limit how much may be called to numbers or call types',
    load: async () => (await import('./destinations/destinations.ts')).run,
  },
  {
    name: 'calls',
    summary: 'move a call to another account, and list such moves',
    load: async () => (await import('./calls/calls.ts')).run,
  },
  {
    name: 'locks',
    summary: 'list and release phones that are locked after wrong codes',
    load: async () => (await import('./locks/locks.ts')).run,
  },
  {
    name: 'users',
    summary: 'who may sign in to the web console; let somebody in again who lost password or second factor',
    load: async () => (await import('./users/users.ts')).run,
  },
  {
    name: 'alerts',
    summary: 'list alerts and who got them; send one to see whether they arrive',
    load: async () => (await import('./alerts/alerts.ts')).run,
  },
  {
    name: 'ledger',
    summary: 'show and check what calls reserved and used; pay in for prepaid accounts',
    load: async () => (await import('./ledger/ledger.ts')).run,
  },
  {
    name: 'rates',
    summary: 'import, explain and export what calls cost; price calls again',
    load: async () => (await import('./rates/rates.ts')).run,
  },
  {
    name: 'explain',
    summary: 'would this call be allowed now, by which rule, for how long, at what price',
    load: async () => (await import('./explain/explain.ts')).run,
  },
  {
    name: 'report',
    also: 'reports',
    summary: 'who called where, and what it cost, as table, CSV, JSON, XLSX or PDF',
    load: async () => (await import('./reports/report.ts')).run,
  },
  {
    name: 'reconcile',
    summary: 'compare call records with FreeSWITCH’s CDR files',
    load: async () => (await import('./calls/reconcile.ts')).run,
  },
  {
    name: 'migrate',
    summary: 'update the schema of SQL Server',
    load: async () => (await import('./sqlserver/migrate.ts')).run,
  },
  {
    name: 'sqlserver',
    summary: 'check SQL Server and the local copy; copy again; send refused call records again',
    load: async () => (await import('./sqlserver/sqlserver.ts')).run,
  },
  {
    name: 'move-to-sqlserver',
    summary: 'carry everything from the local file over to SQL Server',
    load: async () => (await import('./sqlserver/move.ts')).run,
  },
  {
    name: 'move-to-embedded',
    summary: 'carry everything from SQL Server back into the local file',
    load: async () => (await import('./sqlserver/move-back.ts')).run,
  },
  {
    name: 'install',
    summary: 'put what FreeSWITCH needs and the service in place, or bring them up to date',
    load: async () => (await import('./operations/install.ts')).run,
  },
  {
    name: 'doctor',
    summary: 'look at everything, FreeSWITCH too, and say what to do',
    load: async () => (await import('./operations/doctor.ts')).run,
  },
  {
    name: 'test-call',
    summary: 'place a real call through FreeSWITCH, and compare its record with the CDR',
    load: async () => (await import('./operations/test-call.ts')).run,
  },
  {
    name: 'backup',
    summary: 'copy the local database while calls go on',
    load: async () => (await import('./operations/backup.ts')).run,
  },
  {
    name: 'restore',
    summary: 'put such a copy in the place of the local database',
    load: async () => (await import('./operations/restore.ts')).run,
  },
  {
    name: 'privacy',
    summary: 'how long what is kept; shorten and remove what is due; erase a person',
    load: async () => (await import('./operations/privacy.ts')).run,
  },
  {
    name: 'config',
    summary: 'print the effective configuration; --help lists all settings',
    load: async () => (await import('./config.ts')).run,
  },
];

export function usage(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`);
  return `billing-codes COMMAND …\n\n${lines.join('')}\nbilling-codes COMMAND --help says more.\n`;
}
