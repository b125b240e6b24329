/** What is copied row by row. */
export const summedTables = [
  'departments',
  'destinations',
  'accounts',
  'extensions',
  'rate-tables',
  'rates',
  'account-rate-tables',
  'department-rate-tables',
] as const;
export type SummedTable = (typeof summedTables)[number];

/** How many rows a table has, and the sum of their ids: of rates, those that count. */
export type RowSum = { rows: number; ids: number };
export type RowSums = Readonly<Record<SummedTable, RowSum>>;

/** How the copy differs from what it is a copy of; empty: in nothing that can be seen by sums. */
export type Difference = string;
