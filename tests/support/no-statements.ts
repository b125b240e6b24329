import type { StatementWatch } from '../../src/cli/statement-watch.ts';

/** Of an office from which no statement has gone out. */
export const noStatements: StatementWatch = {
  changed: () => Promise.resolve([]),
  foresee: () => Promise.resolve({ take: () => undefined, lines: () => Promise.resolve([]) }),
};
