/** A part of the program: a folder of `src`, which may hold rooms of its own, or one file. */
export type Room = {
  /** Rooms whose files it may import, besides its own; `all` puts parts together. */
  readonly imports: readonly string[] | 'all';
  /** Holds rules alone: no file, socket, clock or other part of Node. */
  readonly pure?: true;
};

const pureRules = ['words', 'numbers', 'policy', 'rating'];
const dialect = [
  ...['words', 'rating', 'ledger', 'policy', 'directory', 'records', 'reports'],
  ...['store', 'store/ports', 'store/tables', 'store/replication'],
];

/**
 * From the inside to the outside: rules, then what uses them, then adapters, then what puts parts together. Some rooms of the design
 * are not built yet.
 */
export const rooms: Readonly<Record<string, Room>> = {
  words: { imports: [] },
  numbers: { pure: true, imports: ['words'] },
  policy: { pure: true, imports: ['words', 'numbers'] },
  rating: { pure: true, imports: ['words', 'numbers'] },
  ledger: { pure: true, imports: ['words', 'rating'] },
  call: { pure: true, imports: pureRules },
  csv: { imports: ['words'] },
  spreadsheet: { imports: ['words', 'csv'] },
  threads: { imports: ['words'] },
  notify: { imports: ['words'] },
  'store/ports': { imports: ['words', 'rating', 'ledger'] },
  directory: { imports: [...pureRules, 'csv', 'spreadsheet', 'store/ports', 'store/of-record'] },
  records: { imports: ['words', 'rating', 'store/ports'] },
  reports: { imports: ['words', 'numbers', 'rating', 'notify', 'store/ports'] },
  freeswitch: { imports: ['words', 'numbers', 'policy', 'call', 'records', 'threads', 'store/ports'] },
  // What is neither dialect's.
  store: { imports: ['words', 'rating', 'policy', 'directory', 'records', 'reports', 'store/ports', 'store/tables'] },
  'store/tables': { imports: ['words', 'rating', 'directory', 'records', 'reports', 'store/ports'] },
  'store/replication': { imports: ['words', 'rating', 'store', 'store/ports', 'store/tables'] },
  'store/sqlite': { imports: [...dialect, 'threads'] },
  'store/sqlserver': { imports: dialect },
  'store/of-record': { imports: ['words', 'store', 'store/ports', 'store/sqlite', 'store/sqlserver'] },
  // Carries everything from one system of record to another.
  'store/moving': {
    imports: ['words', 'store', 'store/ports', 'store/tables', 'store/replication', 'store/sqlite', 'store/sqlserver'],
  },
  // What keeps it running: backup, doctor, install.
  operations: {
    imports: [
      ...['words', 'numbers', 'threads', 'config', 'freeswitch', 'records'],
      ...['store', 'store/ports', 'store/sqlite', 'store/sqlserver'],
    ],
  },
  web: {
    imports: [
      ...['words', 'numbers', 'policy', 'rating', 'call', 'csv', 'records', 'reports', 'directory', 'freeswitch'],
      'store/ports',
    ],
  },
  config: { imports: [...pureRules, 'call', 'reports', 'freeswitch'] },
  controller: {
    imports: [
      ...[
        ...pureRules,
        'ledger',
        'call',
        'csv',
        'directory',
        'records',
        'reports',
        'notify',
        'freeswitch',
        'web',
        'config',
        'threads',
        'operations',
        'simulator',
      ],
      ...['store', 'store/ports', 'store/replication', 'store/sqlite', 'store/sqlserver', 'store/of-record'],
    ],
  },
  simulator: { imports: [] },
  cli: { imports: 'all' },
};

/** Which rooms may import a library. One that is not listed may be imported anywhere. */
export const libraries: Readonly<Record<string, readonly string[]>> = {
  '@fastify/helmet': ['web'],
  '@opentelemetry/api': ['controller'],
  '@fastify/multipart': ['web'],
  'better-sqlite3': ['store/sqlite', 'freeswitch'],
  convict: ['config'],
  'csv-parse': ['csv'],
  fastify: ['web'],
  fflate: ['reports'],
  'libphonenumber-js': ['numbers'],
  modesl: ['freeswitch'],
  mssql: ['store/sqlserver'],
  nodemailer: ['notify'],
  'openid-client': ['web'],
  pdfkit: ['reports'],
  'prom-client': ['web'],
  qr: ['web'],
  tedious: ['store/sqlserver'],
  winston: ['controller'],
};
